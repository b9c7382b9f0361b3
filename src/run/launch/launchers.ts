import type { SparkJob } from '../../job/job.js';
import { clientLauncher } from './client/launch.js';
import { embeddedLauncher } from './embedded/launch.js';
import type { ClusterRun, Launcher } from './launcher.js';
import { shellLauncher } from './shell/launch.js';
import { submitJobLauncher } from './submit-job/launch.js';
import { rawLineLauncher, submitPodLauncher } from './submit-pod/launch.js';

/** All ways to start Spark. */
export const launchers = {
  embedded: embeddedLauncher,
  submitJob: submitJobLauncher,
  submitPod: submitPodLauncher,
  rawLine: rawLineLauncher,
  client: clientLauncher,
  shell: shellLauncher,
};

/** The default for an application on a cluster. */
export function chooseLauncher({ deployMode }: SparkJob): Launcher<ClusterRun> {
  return deployMode === 'client' ? clientLauncher : submitJobLauncher;
}
