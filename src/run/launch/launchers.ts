import type { SparkJob } from '../../job/job.js';
import { answerAsItIs, answerWithPhases, answerWithPi } from './answer.js';
import { acceptInClientMode } from './client/client-limits.js';
import { launchClient } from './client/launch.js';
import { planClient } from './client/plan.js';
import { launchEmbedded } from './embedded/launch.js';
import { acceptEmbedded } from './embedded/local-limits.js';
import { planEmbedded } from './embedded/plan.js';
import type { ClusterRun, Launcher } from './launcher.js';
import { acceptForRendering, renderRun } from './render/launch.js';
import { launchShell } from './shell/launch.js';
import { planShell } from './shell/plan.js';
import { launchSubmitJob } from './submit-job/launch.js';
import { planSubmitJob } from './submit-job/plan.js';
import { acceptForPod, launchRawLine, launchSubmitPod } from './submit-pod/launch.js';
import { planRawLine, planSubmitPod } from './submit-pod/plan.js';

/** All ways to start Spark. */
export const launchers = {
  embedded: { plan: planEmbedded, launch: launchEmbedded, answer: answerWithPi, accept: acceptEmbedded },
  submitJob: { plan: planSubmitJob, launch: launchSubmitJob, answer: answerWithPi },
  submitPod: { plan: planSubmitPod, launch: launchSubmitPod, answer: answerWithPhases, accept: acceptForPod },
  rawLine: { plan: planRawLine, launch: launchRawLine, answer: answerWithPhases },
  client: { plan: planClient, launch: launchClient, answer: answerWithPi, accept: acceptInClientMode },
  shell: { plan: planShell, launch: launchShell, answer: answerAsItIs },
  render: { plan: renderRun, launch: renderRun, answer: answerAsItIs, accept: acceptForRendering },
};

/** The default for an application on a cluster. */
export function chooseLauncher({ deployMode }: SparkJob): Launcher<ClusterRun> {
  return deployMode === 'client' ? launchers.client : launchers.submitJob;
}
