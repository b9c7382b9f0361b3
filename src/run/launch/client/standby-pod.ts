import type { PodResources } from '../../../fit/spark-pods.js';
import { applyObjects } from '../../../kube/kubectl.js';
import { roleLabel, runSelector } from '../../../kube/labels.js';
import { readPodProgram } from '../../../kube/pods.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { awaitRunning } from '../../../services/await-pods.js';
import { driverJobObject, driverPodSpec } from '../../../services/submit/driver-pod.js';
import { serviceContainer } from '../../../services/submit/observe-service.js';
import { podFolder, scriptWords } from '../../../services/submit/pod-process.js';

/** A driver that waits for its program: its pod goes with it. Returns the pod's name once it runs. */
export async function startStandbyPod(
  session: NamespaceSession,
  runId: string,
  resources: PodResources,
): Promise<string> {
  const { cluster, host } = session;
  const { serviceAccount, sparkImage: image } = cluster;
  const args = scriptWords(await readPodProgram(host.directories, 'standby.sh'), podFolder(runId));
  const pod = driverPodSpec({ container: serviceContainer, image, serviceAccount, resources, args });
  // long enough to see what ended a driver
  await applyObjects(session, driverJobObject(cluster, { runId, role: 'standby', keptForS: 30, pod }));
  const labels = `${runSelector(runId)},${roleLabel}=standby`;
  return awaitRunning(session, { labels, container: serviceContainer, onNote: () => undefined });
}
