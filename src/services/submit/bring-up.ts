import { applyInputArgv } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { ShownStep } from '../../steps/step.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { inStep } from '../../steps/apply.js';
import { awaitRunning } from './await-pod.js';
import { observeService, type ObservedService, type ServicePod } from './observe-service.js';
import { serviceContainer, serviceLabel, serviceObject } from './submit-service.js';

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
    const input = JSON.stringify(serviceObject({ namespace, serviceAccount, image, memoryMb, home }));
    for (const argv of planned?.commands ?? [])
      await host.runner.run(argv, { env: cluster.childEnv, input, signal, timeoutMs: 30_000 });
    await awaitRunning(host, cluster, {
      labels: `${serviceLabel},spark-dev/role=service`,
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
