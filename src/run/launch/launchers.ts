import type { SparkJob } from '../../job/job.js';
import { client } from './client/launch.js';
import { embedded } from './embedded/launch.js';
import type { ClusterRun, Launcher } from './launcher.js';
import { shell } from './shell/launch.js';
import { submitJob } from './submit-job/launch.js';
import { rawLine, submitPod } from './submit-pod/launch.js';

/** All ways to start Spark. */
export const launchers = { embedded, submitJob, submitPod, rawLine, client, shell };

/** The default for an application on a cluster. */
export function chooseLauncher({ deployMode }: SparkJob): Launcher<ClusterRun> {
  return deployMode === 'client' ? client : submitJob;
}
