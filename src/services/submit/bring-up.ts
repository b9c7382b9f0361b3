import { applyInputArgv, applyObjects } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { ShownStep } from '../../steps/step.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { inStep } from '../../steps/apply.js';
import { awaitRunning } from './await-pod.js';
import { observeService, type ObservedService, type ServicePod } from './observe-service.js';
import { serviceContainer, submitSelector, serviceObject } from './submit-service.js';
import { roleLabel } from '../../kube/labels.js';

/** Undefined where it is up, and as it is wished. */
export function planService(
  cluster: PreparedCluster,
  seen: ObservedService | undefined,
  memoryMb: number,
): ShownStep | undefined {
  const why =
    seen === undefined
      ? 'there is none in this namespace'
      : seen.image !== cluster.sparkImage
        ? `it has another image: ${seen.image}`
        : seen.memoryMb !== memoryMb
          ? `it may use ${String(seen.memoryMb)} MB`
          : undefined;
  return why === undefined
    ? undefined
    : { title: 'Bring the submit service up', why, commands: [applyInputArgv(cluster)] };
}

/** The pod, once it runs. Drivers in an older one end with it, which the caller has asked about. */
export async function bringUp(
  session: NamespaceSession,
  seen: ObservedService | undefined,
  memoryMb: number,
): Promise<ServicePod> {
  const { host, cluster, signal } = session;
  const { namespace, serviceAccount, sparkImage: image, home } = cluster;
  const planned = planService(cluster, seen, memoryMb);
  return inStep(host, planned === undefined ? 'Wait for the submit service' : planned.title, async (step) => {
    if (planned !== undefined)
      await applyObjects(session, serviceObject({ namespace, serviceAccount, image, memoryMb, home }));
    await awaitRunning(host, cluster, {
      labels: `${submitSelector},${roleLabel}=service`,
      container: serviceContainer,
      not: planned === undefined ? undefined : seen?.pod?.name,
      onNote: step.progress,
      signal,
    });
    const pod = (await observeService(session))?.pod;
    if (pod === undefined) throw vanished();
    step.note(pod.name);
    return pod;
  });
}

function vanished(): SparkDevError {
  return new SparkDevError('JOB_FAILED', 'The submit service was removed while it came up', {
    why: 'Somebody deleted it.',
    fix: ['spark-dev submit up'],
  });
}
