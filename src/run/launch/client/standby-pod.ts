import type { PreparedCluster } from '../../../clusters/prepared.js';
import type { PodResources } from '../../../fit/spark-pods.js';
import { applyObjects } from '../../../kube/kubectl.js';
import { roleLabel, runLabels, runSelector } from '../../../kube/labels.js';
import { readPodProgram } from '../../../kube/pods.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { awaitRunning } from '../../../services/await-pods.js';
import { driverPodSpec } from '../../../services/submit/driver-pod.js';
import { serviceContainer } from '../../../services/submit/observe-service.js';
import { podFolder, scriptWords } from '../../../services/submit/pod-process.js';

/**
 * The pod of a driver that waits for its program. A Job, because Kubernetes removes a finished one with its pod and the executors
 * that the pod owns: whatever ends the driver, nothing of it stays, and nobody has to be there for it.
 */
export function standbyJobObject(
  { namespace, home, serviceAccount, sparkImage: image }: PreparedCluster,
  { runId, resources, script }: { readonly runId: string; readonly resources: PodResources; readonly script: string },
): object {
  const labels = { ...runLabels(runId, home), [roleLabel]: 'standby' };
  const args = scriptWords(script, podFolder(runId));
  const pod = driverPodSpec({ container: serviceContainer, image, serviceAccount, resources, args });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: runId, namespace, labels },
    spec: {
      backoffLimit: 0,
      // so that it can still be seen what ended a driver
      ttlSecondsAfterFinished: 30,
      template: { metadata: { labels }, spec: { restartPolicy: 'Never', ...pod } },
    },
  };
}

/** Returns the pod's name once it runs. */
export async function startStandbyPod(
  session: NamespaceSession,
  runId: string,
  resources: PodResources,
): Promise<string> {
  const script = await readPodProgram(session.host.directories, 'standby.sh');
  await applyObjects(session, standbyJobObject(session.cluster, { runId, resources, script }));
  const labels = `${runSelector(runId)},${roleLabel}=standby`;
  return awaitRunning(session, { labels, container: serviceContainer, onNote: () => undefined });
}
