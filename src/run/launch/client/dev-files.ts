import { sparkPods, type JobShape } from '../../../fit/spark-pods.js';
import type { BuiltMain, SparkJob } from '../../../job/job.js';
import { appFolder, dataFolder } from '../../../job/job-properties.js';
import { roleLabel, runLabels } from '../../../kube/labels.js';
import { readPodProgram } from '../../../kube/pods.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { renderKustomization, toYaml } from '../../../overlay/kustomize/kustomization.js';
import type { RunIdentity } from '../../../runs/run-folder.js';
import { driverPodSpec } from '../../../services/submit/driver-pod.js';
import { serviceContainer, usualMemoryMb } from '../../../services/submit/observe-service.js';
import { scriptWords } from '../../../services/submit/pod-process.js';
import { planAppLayer, renderEntrypoint } from '../../../spark/image-layer.js';
import type { RunFiles } from '../../run-files.js';
import { artifactName, renderSkaffoldYaml } from '../submit-job/skaffold.js';
import { stampName, syncedFolders, treeFolder } from './dev-tree.js';

/** Like the submit service's: the pod mostly waits, and fit counts its drivers on their own. */
const requests = { cpuMilli: 50, memoryMb: 256 };

/** What Skaffold needs for the pod of one `dev`, in the form of a run's files. */
export async function planDevFiles(
  { host, cluster }: Pick<NamespaceSession, 'host' | 'cluster'>,
  { runId }: RunIdentity,
  job: SparkJob,
  main: BuiltMain,
  shape: JobShape,
): Promise<{ readonly project: Readonly<Record<string, string>>; readonly image: RunFiles }> {
  const { context, namespace, home, serviceAccount } = cluster;
  const layer = planAppLayer(job, main, job.image ?? cluster.sparkImage);
  const labels = { ...runLabels(runId, home), [roleLabel]: 'dev' };
  const { limits } = sparkPods(shape).driver;
  const spec = driverPodSpec({
    container: serviceContainer,
    image: artifactName,
    serviceAccount,
    // one driver runs and the next one starts
    resources: { requests, limits: { memoryMb: Math.max(usualMemoryMb, 2 * limits.memoryMb) } },
    args: scriptWords(await readPodProgram(host.directories, 'dev.sh'), appFolder, treeFolder, dataFolder),
  });
  const synced = { from: syncedFolders, to: treeFolder };
  const inImage = (path: string): string => `image/${path}`;
  return {
    project: {
      'skaffold.yaml': renderSkaffoldYaml({ runId, context, pushes: false, synced }),
      'overlay/kustomization.yaml': renderKustomization({ resources: ['pod.yaml'], namespace }),
      'overlay/pod.yaml': toYaml({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: devPodName(runId), labels },
        spec,
      }),
    },
    image: {
      generated: {
        'image/Dockerfile': `${layer.dockerfile}COPY ${stampName} ${appFolder}/\n`,
        // of executors: a driver here gets its files from its command line, and their names change with their content
        ...Object.fromEntries(Object.keys(layer.generated).map((path) => [inImage(path), renderEntrypoint([], job)])),
      },
      copied: layer.copied.map(({ from, to }) => ({ from, to: inImage(to) })),
    },
  };
}

/** The name stays, whatever is built: an image is exchanged within the pod. */
export function devPodName(runId: string): string {
  return `${runId}-dev`;
}
