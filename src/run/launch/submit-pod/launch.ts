import { join } from 'node:path';
import { digestFolder } from '../../../images/folder-digest.js';
import { findImageId } from '../../../images/observed-image.js';
import type { SparkJob } from '../../../job/job.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import type { RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun } from '../../../runs/run-folder.js';
import { requireService } from '../../../services/submit/require-service.js';
import { readPodTemplates } from '../../../spark/pod-template-files.js';
import { wordsBefore } from '../../../spark/raw-line.js';
import { followRun } from '../../follow/follow-run.js';
import { startPhases } from '../../follow/phases.js';
import { renderJob } from '../../rendered-job.js';
import { inClusterRun, requireUiPort } from '../cluster-run.js';
import type { BareRun, ClusterRun } from '../launcher.js';
import { submitFromPod } from './submit-from-pod.js';

/** The driver always gets its own pod. */
export function acceptForPod(host: Host, job: SparkJob): SparkJob {
  if (job.deployMode === 'client')
    host.ui.say('deployMode: client only works with spark-dev run; here the driver gets its own pod');
  return { ...job, deployMode: 'cluster' };
}

/** Submits from the submit pod, without a Job and without Skaffold: builds only the application's layer. */
export async function launchSubmitPod(host: Host, run: ClusterRun): Promise<RunOutcome> {
  const { cluster, signal } = run;
  const session = { host, cluster, signal };
  await requireUiPort(run);
  const { pod } = await requireService(session, run.canAsk);
  return inClusterRun(host, run, (plan, phases) => {
    const { runId, folder } = plan;
    const deploy = async (): Promise<void> => {
      const job = await renderJob(host, cluster, folder, signal);
      const image = await buildAppLayer(session, join(folder, 'image'));
      phases.end('image');
      await submitFromPod(session, pod.name, { runId, folder, image, job });
    };
    return followRun(host, run, { run: plan, phases, deploy });
  });
}

const builtWithinMs = 300_000;
const answerWithinMs = 15_000;

export function layerArgv(image: string, context: string): Argv {
  return ['docker', 'build', '--quiet', '--force-rm', '--network', 'none', '--tag', image, context];
}

/** Builds one small layer on the cluster's Spark image, in the cluster's own daemon; equal content is built once. */
export async function buildAppLayer({ host, cluster, signal }: NamespaceSession, context: string): Promise<string> {
  const image = `spark-dev-app:layer-${(await digestFolder(context)).slice(0, 12)}`;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)), DOCKER_BUILDKIT: '0' };
  if ((await findImageId(host, image, { env, signal, timeoutMs: answerWithinMs })) === undefined)
    await host.runner.run(layerArgv(image, context), { env, signal, timeoutMs: builtWithinMs });
  return image;
}

/** Submits the user's own spark-submit line. */
export async function launchRawLine(host: Host, line: BareRun<readonly string[]>): Promise<RunOutcome> {
  const { cluster, signal } = line;
  const session = { host, cluster, signal };
  const phases = startPhases(host.clock);
  await requireUiPort(line);
  const { pod } = await requireService(session, line.canAsk);
  const run = newRun(host, 'line');
  const templates = await readPodTemplates(host);
  const job = { words: [...wordsBefore(cluster, run.runId), ...line.ask], templates: { ...templates } };
  const deploy = (): Promise<void> => submitFromPod(session, pod.name, { ...run, image: cluster.sparkImage, job });
  return inRunFolder(host, run.runId, () => followRun(host, line, { run, phases, deploy }));
}
