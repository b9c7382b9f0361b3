import { showResize } from '../cluster/fit/explain-fit.js';
import type { PreparedCluster } from '../cluster/prepared.js';
import { showCommands } from '../cluster/show-plan.js';
import { jobSizeOptions, readJobSize, type JobSize } from '../config/job-size.js';
import { resizeInPlace } from '../cluster/resize/in-place.js';
import { withSpark } from '../cluster/with-spark.js';
import { loadSettings } from '../config/load-settings.js';
import { findProjectFolder } from '../config/project.js';
import { resolveSettings } from '../config/resolve.js';
import { decideFit, fitModes, fitRun, type FitWish, type Resize } from '../devloop/fit-run.js';
import { planClusterRun, type ClusterRun } from '../devloop/plan-cluster-run.js';
import { deployModes, runFromService, type DeployMode } from '../devloop/run-from-service.js';
import { runOnCluster } from '../devloop/run-on-cluster.js';
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
import { chooseTarget, targetNames } from '../spark/target.js';
import { describeFromService } from '../submit/describe-from-service.js';
import { findSparkVersion } from '../toolchain/spark/versions.js';

export const run: CommandSpec = {
  name: 'run',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  options: [
    { flags: '--target <where>', description: 'where it runs', choices: targetNames },
    { flags: '--lang <language>', description: 'which form of the application', choices: languages },
    {
      flags: '--deploy-mode <mode>',
      description: "where the driver is: a pod of its own, or the submit service's",
      choices: deployModes,
    },
    { flags: '--spark-version <version>', description: 'another Spark than the usual one, e.g. 3.5.9' },
    { flags: '--namespace <name>', description: 'where on the cluster; the one in use when absent' },
    { flags: '--ui-port <port>', description: 'the local port of the Spark UI, and no other' },
    ...jobSizeOptions,
    { flags: '--fit <mode>', description: 'what gives way where the job does not fit the cluster', choices: fitModes },
  ],
  examples: [
    'spark-dev run sparkpi',
    'spark-dev run sparkpi -- 100',
    'spark-dev run sparkpi --num-executors 2 --executor-memory 2g --fit shrink',
    'spark-dev run sparkpi --lang python --target local',
    'spark-dev run sparkpi --deploy-mode client',
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
    const target = await chooseTarget(host, {
      name: settings.target ?? 'auto',
      namespace: settings.namespace,
      signal: input.signal,
    });
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
    const deployMode = deployModes.find((mode) => mode === input.options['deployMode']) ?? 'cluster';
    const clusterWish = { ...wish, overlay, deployMode };
    return input.global.dryRun
      ? showClusterPlan(host, cluster, clusterWish, fit)
      : answer(app, await runFitted(host, cluster, clusterWish, fit));
  },
};

/** What is run on a cluster. */
type Wish = LocalRun & { readonly overlay: AppOverlay; readonly deployMode: DeployMode };

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
  const run = { ...describeRun(wish, built), job };
  const { deployMode } = wish;
  const outcome = await (deployMode === 'client'
    ? runFromService(host, cluster, run, { deployMode, canAsk: fit.canAsk })
    : runOnCluster(host, cluster, run));
  return { ...outcome, durationsMs: { ...built.durationsMs, ...outcome.durationsMs } };
}

async function showLocalPlan(host: Host, wish: LocalRun): Promise<CommandResult> {
  const plan = await planLocalRun(host, wish);
  return { data: plan, text: [...plan.fetches, ...plan.commands.map(quoteArgv)] };
}

async function showClusterPlan(host: Host, cluster: PreparedCluster, wish: Wish, fit: FitWish): Promise<CommandResult> {
  const { job, resize } = await decideFit(host, cluster, fit);
  const build = await planBuild(host, wish.app, wish.signal, wish.spark);
  const plan = planClusterRun(host, cluster, { ...describeRun(wish, build), job });
  const { deployMode, app, signal } = wish;
  if (deployMode === 'client') {
    const steps = await describeFromService({ host, cluster, signal }, { app: app.name, deployMode });
    return { data: { ...plan, job, steps }, text: [...build.fetches, ...showCommands(steps)] };
  }
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
