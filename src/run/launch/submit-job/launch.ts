import { quoteArgv } from '../../../errors/quote-argv.js';
import { showResize } from '../../../fit/explain-fit.js';
import { describePackages } from '../../../job/packages/find-requirements.js';
import { planBuild } from '../../../job/build.js';
import { followRun } from '../../follow/follow-run.js';
import { bringResults, keepSharedFolder } from '../../results.js';
import { inClusterRun, planClusterRun, requireUiPort, type ClusterRunPlan } from '../cluster-run.js';
import { answerWithPi, type ClusterRun, type Launcher } from '../launcher.js';
import { askKubectl, kubectl } from '../../../kube/kubectl.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Host } from '../../../ports/host.js';
import { everyExitCode, type RunOptions } from '../../../ports/runner.js';
import { inStep } from '../../../steps/apply.js';
import { runSkaffold } from './skaffold.js';
import { waitFor } from '../../../time/wait-for.js';
import { imageIdArgv } from '../../../images/docker-argv.js';

/** Builds and deploys a submit Job with Skaffold, which makes the driver. */
export const submitJobLauncher: Launcher<ClusterRun> = {
  async plan(run) {
    const { job: shape, resize } = run.fit;
    const build = await planBuild(run);
    const plan = planClusterRun(run, build);
    return {
      data: { ...plan, job: shape, resize: resize ?? null, fetches: build.fetches, compile: build.commands },
      text: [
        ...(resize === undefined ? [] : [showResize(resize)]),
        ...build.fetches,
        ...describePackages(run.job),
        ...build.commands.map(quoteArgv),
        `files in ${plan.folder}: ${Object.keys(plan.files.generated).join(', ')}`,
        quoteArgv(plan.deploy),
        `in the submit pod: ${quoteArgv(plan.submit)}`,
        ...plan.clean.map(quoteArgv),
      ],
    };
  },
  async launch(run) {
    await requireUiPort(run);
    return inClusterRun(run, (plan, phases) => {
      phases.end('plan');
      const deploy = async (): Promise<void> => {
        await keepSharedFolder(run, plan);
        await deployRun(run, plan);
      };
      return followRun(run, { run: plan, phases, deploy, collect: () => bringResults(run, plan) });
    });
  },
  answer: answerWithPi,
};

const deployTimeoutMs = 600_000;
const answerWithinMs = 15_000;
/** A restarting daemon answers again within a minute, or the user must act. */
const daemonWithinMs = 60_000;

/**
 * Builds and deploys with Skaffold. Checks first that the Spark image is in the cluster, or the build would look for it on
 * Docker Hub; and then that the built one is, because Skaffold can silently fall back to the host's daemon.
 */
export async function deployRun(session: NamespaceSession, plan: ClusterRunPlan): Promise<void> {
  const { host, cluster } = session;
  const stop = new AbortController();
  const signal = AbortSignal.any([session.signal, stop.signal]);
  await inStep(host, 'Build and deploy with Skaffold', async (step) => {
    const daemon = cluster.dockerEnv(host, signal).then((env) => ({ ...cluster.childEnv, ...env }));
    const { folder, skaffoldConfig: config, deploy: argv } = plan;
    const onLine = (line: string): void => {
      step.progress(line.trim().slice(0, 80));
    };
    const deploy = (): Promise<void> =>
      runSkaffold({ host, cluster, signal }, { folder, config, argv }, { timeoutMs: deployTimeoutMs, onLine });
    const requireImage = async (image: string): Promise<void> => {
      const options = { env: await daemon, accept: [1], signal, timeoutMs: answerWithinMs };
      const answer = await host.runner.run(imageIdArgv(image), options);
      if (answer.exitCode === 0) return;
      const other = /^spark-dev\/(spark-[\d.]+):/.exec(image)?.[1];
      throw new SparkDevError('IMAGE_MISSING', `The image ${image} is not in the cluster`, {
        why: answer.stderr.trim(),
        fix: [other === undefined ? 'spark-dev init --yes' : `spark-dev images build ${other}`, 'spark-dev doctor'],
        facts: { image },
      });
    };
    const deployed = deploy().catch(async (error: unknown) => {
      if (!hasLostDaemon(error) || !(await answersAgain(host, await daemon, signal))) throw error;
      host.ui.warn('Docker stopped during the build and answers again: repeating the build once');
      return deploy();
    });
    const hasBase = requireImage(cluster.sparkImage);
    await Promise.all([deployed, hasBase]).catch(async (error: unknown) => {
      // without its base the build fails too, in words about Docker Hub
      const why = await hasBase.then(
        () => error,
        (reason: unknown) => reason,
      );
      stop.abort();
      await Promise.allSettled([deployed]);
      throw why;
    });
    const question = ['configmap', `${plan.runId}-settings`, '--output=jsonpath={.data.SPARK_IMAGE}'];
    const image = (await askKubectl(session, kubectl(cluster, cluster.namespace).get(...question))).trim();
    await requireImage(image);
    step.note(image);
  });
}

/** The error of Docker's client, as Skaffold prints it. */
function hasLostDaemon(error: unknown): boolean {
  if (!(error instanceof SparkDevError)) return false;
  return error.code === 'ENGINE_SILENT' || /error during connect/.test(error.why ?? '');
}

async function answersAgain(host: Host, env: RunOptions['env'], signal: AbortSignal): Promise<boolean> {
  const answers = async (): Promise<boolean> => {
    const argv = ['docker', 'version', '--format={{.Server.Version}}'];
    const options = { env, signal, accept: everyExitCode, timeoutMs: answerWithinMs };
    const answer = await host.runner.run(argv, options).catch((error: unknown) => {
      if (error instanceof SparkDevError && error.code === 'TIMED_OUT') return undefined;
      throw error;
    });
    return answer?.exitCode === 0;
  };
  return waitFor(host.clock, answers, { until: Boolean, everyMs: 1000, timeoutMs: daemonWithinMs, signal });
}
