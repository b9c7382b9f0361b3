import { join } from 'node:path';
import type { CommandResult } from '../../../command.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { layerArgv } from '../../../images/docker-argv.js';
import { findImageId } from '../../../images/observed-image.js';
import type { DeployMode, SparkJob } from '../../../job/job.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { propertiesKey } from '../../../overlay/run-overlay.js';
import type { Argv } from '../../../ports/runner.js';
import type { RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun, type RunIdentity } from '../../../runs/run-folder.js';
import { planProcess, podFolder, withProcess } from '../../../services/submit/pod-process.js';
import { planRequired, requireService } from '../../../services/submit/require-service.js';
import { confWords, patienceConf, templates } from '../../../spark/conf.js';
import { wordsBefore } from '../../../spark/raw-line.js';
import { hideConf } from '../../../spark/submit-words.js';
import { inStep, type ShownStep } from '../../../steps/apply.js';
import { showSteps } from '../../../steps/show.js';
import { removeRunArgv } from '../../clean-up.js';
import { explainLog } from '../../failure/explain-failure.js';
import { followRun, startPhases } from '../../follow/follow-run.js';
import { renderJob, type RenderedJob } from '../../rendered-job.js';
import { bringResults, keepSharedFolder } from '../../results.js';
import { inClusterRun, requireUiPort } from '../cluster-run.js';
import { answerRun, type BareRun, type ClusterRoom, type ClusterRun, type Launcher } from '../launcher.js';
import { showSeconds } from '../../../text/sizes.js';
import { readPodTemplates } from '../../../spark/pod-templates.js';
import { digestFolder } from '../../../images/recipe.js';

/** Submits from the submit pod, without a Job and without Skaffold: builds only the application's layer. */
export const submitPodLauncher: Launcher<ClusterRun> = {
  async plan(run) {
    const layer = {
      title: "Build the application's layer",
      // the name depends on the file
      why: `spark-dev-app:layer-… on top of ${run.cluster.sparkImage}`,
      commands: [layerArgv('spark-dev-app:layer-HASH', 'FOLDER')],
    };
    return planSubmission(run, run.app.name, [layer]);
  },
  async launch(run) {
    const { host, cluster, signal } = run;
    await requireUiPort(run);
    const { pod } = await requireService(run, run.canAsk);
    return inClusterRun(run, (plan, phases) => {
      const { runId, folder } = plan;
      const deploy = async (): Promise<void> => {
        const job = await renderJob(host, cluster, folder, signal);
        const image = await buildAppLayer(run, join(folder, 'image'));
        phases.end('image');
        await keepSharedFolder(run, plan);
        await submitFromPod(run, pod.name, { runId, folder, image, job });
      };
      return followRun(run, { run: plan, phases, deploy, collect: () => bringResults(run, plan) });
    });
  },
  answer: answerWithPhases,
  /** The driver always gets its own pod. */
  accept(host, job): SparkJob {
    if (job.deployMode === 'client')
      host.ui.say('deployMode: client only works with spark-dev run; here the driver gets its own pod');
    return { ...job, deployMode: 'cluster' };
  },
};

/** Submits the user's own spark-submit line. */
export const rawLineLauncher: Launcher<BareRun<readonly string[]>> = {
  plan: (line) => planSubmission(line, 'line', []),
  async launch(line) {
    const { host, cluster } = line;
    const phases = startPhases(host.clock);
    await requireUiPort(line);
    const { pod } = await requireService(line, line.canAsk);
    const run = newRun(host, 'line');
    const job = {
      words: [...wordsBefore(cluster, run.runId), ...line.ask],
      templates: { ...(await readPodTemplates(host)) },
    };
    const deploy = (): Promise<void> => submitFromPod(line, pod.name, { ...run, image: cluster.sparkImage, job });
    return inRunFolder(host, run.runId, () => followRun(line, { run, phases, deploy }));
  },
  answer: answerWithPhases,
};

/** Shows the phases' durations, because the submit service exists to save time. */
function answerWithPhases({ host }: ClusterRoom, outcome: RunOutcome): CommandResult {
  const { runId, durationsMs } = outcome;
  const phases = ['image', 'deploy', 'submit', 'schedule', 'job'].flatMap((phase) =>
    durationsMs[phase] === undefined ? [] : [`${phase} ${showSeconds(durationsMs[phase])}`],
  );
  host.ui.say(`${runId}: ${phases.join(', ')}`);
  return answerRun(host, `${runId} succeeded`, outcome);
}

async function planSubmission(room: ClusterRoom, name: string, layers: readonly ShownStep[]): Promise<CommandResult> {
  const why = 'the driver gets its own pod';
  const steps = await describeInPod(room, { name, deployMode: 'cluster' }, (commands) => [
    ...layers,
    { title: 'Call spark-submit in the submit pod', why, commands },
  ]);
  return { data: { action: 'would submit', steps }, text: showSteps(steps) };
}

/** The commands around a program in the submit service's pod; the run's id is generated when it starts. */
export async function describeInPod(
  room: ClusterRoom,
  { name, deployMode }: { readonly name: string; readonly deployMode: DeployMode },
  describe: (commands: readonly Argv[]) => readonly ShownStep[],
): Promise<readonly ShownStep[]> {
  const runId = `${name}-ID`;
  const { pod = 'POD', steps } = await planRequired(room);
  const { unpack, start, end } = await planProcess(room, pod, runId);
  const own = describe([unpack, start(['/opt/entrypoint.sh', 'submit', '--deploy-mode', deployMode, '…']), end]);
  const gone = {
    title: 'Remove its objects',
    why: 'they have its label',
    commands: [removeRunArgv(room.cluster, runId)],
  };
  return [...steps, ...own, gone];
}

const builtWithinMs = 300_000;
const answerWithinMs = 15_000;
/** Five times spark-submit's own timeout for the API server. */
const submittedWithinMs = 300_000;

/** Builds one small layer on the cluster's Spark image, in the cluster's own daemon; equal content is built once. */
async function buildAppLayer({ host, cluster, signal }: NamespaceSession, context: string): Promise<string> {
  const image = `spark-dev-app:layer-${(await digestFolder(context)).slice(0, 12)}`;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)), DOCKER_BUILDKIT: '0' };
  if ((await findImageId(host, image, { env, signal, timeoutMs: answerWithinMs })) === undefined)
    await host.runner.run(layerArgv(image, context), { env, signal, timeoutMs: builtWithinMs });
  return image;
}

export interface PodSubmission extends RunIdentity {
  /** The image of driver and executors. */
  readonly image: string;
  readonly job: RenderedJob;
}

/** Runs spark-submit in the service's pod until it has created the driver's pod. Throws JOB_FAILED with spark-submit's message. */
export async function submitFromPod(session: NamespaceSession, pod: string, submission: PodSubmission): Promise<void> {
  const { signal } = session;
  const logFile = join(submission.folder, 'submit.log');
  const { words, files } = planSubmit(submission);
  await inStep(session.host, `Submit from ${pod}`, () =>
    withProcess(session, pod, submission, async (process) => {
      await process.stage({ written: files });
      const { end, code } = await process.run(words, { signal, logFile, timeoutMs: submittedWithinMs });
      if (code === 0) return;
      const { why, fix } = explainLog([...end.stderr.split('\n'), ...end.stdout.split('\n')]);
      throw new SparkDevError('JOB_FAILED', 'spark-submit failed before it created a driver', {
        why: code === undefined ? `The connection to pod ${pod} broke.` : why,
        fix: [...fix, `Read its log: ${logFile}`, 'spark-dev submit status'],
        log: logFile,
        facts: { pod, exitCode: code ?? null },
      });
    }),
  );
}

/** A JVM that runs two seconds does not profit from the second compiler. */
const submitOptions = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** The command in the pod, and the files that it reads. */
function planSubmit({ runId, image, job }: PodSubmission) {
  const folder = podFolder(runId);
  const line = [
    ...confWords(patienceConf('submission')),
    // a Job mounts its templates; here they are in the run's folder
    ...job.words.map((word) => word.replace(`=${templates}/`, `=${folder}/`)),
  ];
  const { words, properties } = hideConf(line, `${folder}/${propertiesKey}`);
  const env = [`SPARK_IMAGE=${image}`, `SPARK_SUBMIT_OPTS=${submitOptions}`];
  return {
    words: ['env', ...env, '/opt/entrypoint.sh', 'submit', ...words],
    files: { ...job.templates, ...(properties === undefined ? {} : { [propertiesKey]: properties }) },
  };
}
