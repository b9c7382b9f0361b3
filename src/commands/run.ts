import { showResize } from '../cluster/fit/explain-fit.js';
import type { PreparedCluster } from '../cluster/prepared.js';
import { showCommands } from '../cluster/show-plan.js';
import { jobSizeOptions, readJobSize, type JobSize } from '../config/job-size.js';
import { resizeInPlace } from '../cluster/resize/in-place.js';
import { withSpark } from '../cluster/with-spark.js';
import { loadSettings } from '../config/load-settings.js';
import { findProjectFolder } from '../config/project.js';
import { resolveSettings } from '../config/resolve.js';
import type { Settings } from '../config/settings.js';
import { decideFit, fitModes, fitRun, type FitWish, type Resize } from '../devloop/fit-run.js';
import { planClusterRun, type ClusterRun } from '../devloop/plan-cluster-run.js';
import { runOnCluster } from '../devloop/run-on-cluster.js';
import { isForeign, requireSharedCluster, sharedOptions } from '../devloop/shared-target.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { readAppOverlay, type AppOverlay } from '../overlay/app-overlay.js';
import type { CommandInput, CommandResult, CommandSpec } from '../ports/command.js';
import type { Host } from '../ports/host.js';
import { findApplication, languages, type Application } from '../spark/application.js';
import { buildApplication } from '../spark/build.js';
import { planBuild } from '../spark/build-plan.js';
import { shapeJob } from '../spark/job-shape.js';
import { planLocalRun } from '../spark/local-plan.js';
import { runLocally, type LocalRun } from '../spark/local-target.js';
import type { RunOutcome } from '../spark/run-result.js';
import { chooseTarget, targetNames, type Target } from '../spark/target.js';
import { describeClient } from '../submit/client/describe-client.js';
import { runAsClient } from '../submit/client/run-client.js';
import { findSparkVersion } from '../toolchain/spark/versions.js';

export const run: CommandSpec = {
  name: 'run',
  foreignContexts: true,
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  options: [
    { flags: '--target <where>', description: 'where it runs', choices: targetNames },
    { flags: '--lang <language>', description: 'which form of the application', choices: languages },
    {
      flags: '--deploy-mode <mode>',
      description: "where the driver is: a pod of its own, or the submit service's",
      choices: ['cluster', 'client'],
    },
    { flags: '--spark-version <version>', description: 'another Spark than the usual one, e.g. 3.5.9' },
    { flags: '--namespace <name>', description: 'where on the cluster; the one in use when absent' },
    { flags: '--ui-port <port>', description: 'the local port of the Spark UI, and no other' },
    ...jobSizeOptions,
    ...sharedOptions,
    { flags: '--fit <mode>', description: 'what gives way where the job does not fit the cluster', choices: fitModes },
  ],
  examples: [
    'spark-dev run sparkpi',
    'spark-dev run sparkpi -- 100',
    'spark-dev run sparkpi --num-executors 2 --executor-memory 2g --fit shrink',
    'spark-dev run sparkpi --lang python --target local',
    'spark-dev run sparkpi --deploy-mode client',
    'spark-dev run sparkpi --context shared --allow-remote --image-registry registry.example/team --namespace team-a',
    'spark-dev run sparkpi --json',
  ],
  async run(host, input) {
    const settings = resolveSettings(input.options, await loadSettings(host));
    const size = readJobSize(input.options);
    const asked = languages.find((language) => language === input.options['lang']);
    const app = await findApplication(host.directories, input.args[0] ?? '', asked, settings);
    const wish: LocalRun = {
      app,
      arguments: input.passthrough.length > 0 ? input.passthrough : (settings.apps[app.name]?.args ?? []),
      uiPort: settings.uiPort,
      spark: settings.sparkVersion === undefined ? undefined : findSparkVersion(settings.sparkVersion),
      signal: input.signal,
    };
    const target = await findTarget(host, input, settings);
    if (target.kind === 'local') {
      if (Object.keys(size).length > 0)
        host.ui.warn('Embedded, it is one JVM: the sizes of driver and executors are left out');
      return input.global.dryRun ? showLocalPlan(host, wish) : answer(app, await runLocally(host, wish));
    }
    const cluster = withSpark(target.cluster, settings.sparkVersion);
    const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), app.name);
    if (overlay.origin === 'ejected')
      host.ui.say(`The overlay is yours: ${overlay.folder} (spark-dev overlay diff ${app.name})`);
    const fit = describeFit(host, input, app, size);
    if (input.options['deployMode'] === 'client' && cluster.registry === undefined)
      return runClient(host, cluster, { ...wish, overlay }, fit, input.global.dryRun);
    return input.global.dryRun
      ? showClusterPlan(host, cluster, { ...wish, overlay }, fit)
      : answer(app, await runFitted(host, cluster, { ...wish, overlay }, fit));
  },
};

function findTarget(host: Host, input: CommandInput, settings: Settings): Promise<Target> {
  const { target: name = 'auto', namespace } = settings;
  return isForeign(input.global.context)
    ? requireSharedCluster(host, input, settings).then((cluster) => ({ kind: 'cluster', cluster }))
    : chooseTarget(host, { name, namespace, signal: input.signal });
}

/** What is run on a cluster. */
type Wish = LocalRun & { readonly overlay: AppOverlay };

function describeFit(host: Host, { options, global, signal }: CommandInput, app: Application, size: JobSize): FitWish {
  return {
    app: app.name,
    job: shapeJob(app.language === 'python' ? 'python' : 'jvm', size),
    mode: fitModes.find((mode) => mode === options['fit']),
    canAsk: !global.dryRun && (host.ui.interactive || global.yes),
    signal,
  };
}

/** The question whether it fits comes before anything is built. */
async function runFitted(host: Host, cluster: PreparedCluster, wish: Wish, fit: FitWish): Promise<RunOutcome> {
  const job = await fitRun(host, cluster, fit, resizeForRun);
  const built = await buildApplication(host, wish.app, wish.signal, wish.spark);
  const outcome = await runOnCluster(host, cluster, { ...describeRun(wish, built), job });
  return { ...outcome, durationsMs: { ...built.durationsMs, ...outcome.durationsMs } };
}

/** From the standing pod: the driver is a process in it. */
async function runClient(
  host: Host,
  cluster: PreparedCluster,
  wish: Wish,
  fit: FitWish,
  isDry: boolean,
): Promise<CommandResult> {
  const job = isDry ? fit.job : await fitRun(host, cluster, fit, resizeForRun);
  if (isDry) {
    const build = await planBuild(host, wish.app, wish.signal);
    const steps = describeClient(host, cluster, { ...describeRun(wish, build), job });
    return { data: { steps, fetches: build.fetches }, text: [...build.fetches, ...showCommands(steps)] };
  }
  const built = await buildApplication(host, wish.app, wish.signal);
  return answer(wish.app, await runAsClient(host, cluster, { ...describeRun(wish, built), job }, fit.canAsk));
}

async function showLocalPlan(host: Host, wish: LocalRun): Promise<CommandResult> {
  const plan = await planLocalRun(host, wish);
  return { data: plan, text: [...plan.fetches, ...plan.commands.map(quoteArgv)] };
}

async function showClusterPlan(host: Host, cluster: PreparedCluster, wish: Wish, fit: FitWish): Promise<CommandResult> {
  const { job, resize } = await decideFit(host, cluster, fit);
  const build = await planBuild(host, wish.app, wish.signal, wish.spark);
  const plan = planClusterRun(host, cluster, { ...describeRun(wish, build), job });
  return {
    data: { ...plan, job, resize: resize ?? null, fetches: build.fetches, compile: build.commands },
    text: [
      ...(resize === undefined ? [] : [showResize(resize)]),
      ...build.fetches,
      ...build.commands.map(quoteArgv),
      `files in ${plan.folder}: ${Object.keys(plan.files.generated).join(', ')}`,
      quoteArgv(plan.deploy),
      ...plan.clean.map(quoteArgv),
    ],
  };
}

function describeRun(
  wish: Wish,
  built: { readonly file: string; readonly mainClass: string | undefined },
): Omit<ClusterRun, 'job'> {
  const { app, overlay, arguments: words, uiPort, signal } = wish;
  return {
    app: app.name,
    appFile: built.file,
    mainClass: built.mainClass,
    arguments: words,
    uiPort,
    overlay: overlay.files,
    signal,
  };
}

function answer(app: Application, outcome: RunOutcome): CommandResult {
  const line =
    outcome.pi === undefined ? `${app.name} ended well (${outcome.runId})` : `Pi is roughly ${String(outcome.pi)}`;
  return { data: outcome, text: [line] };
}

const resizeForRun: Resize = (host, size, signal) =>
  resizeInPlace(host, { size, signal, lock: { command: 'spark-dev run --fit resize', timeoutMs: 600_000 } });
