import { showResize } from '../fit/explain-fit.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { observeGround } from '../clusters/observe-size.js';
import { showSteps } from '../steps/show.js';
import { readJobSize } from '../config/job-size.js';
import { withSpark } from '../clusters/with-spark.js';
import { loadSettingsFor } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';
import { callFor, decideFit, fitRun, type FitRequest } from './fit-run.js';
import { planClusterRun } from './launch/submit-job/plan-cluster-run.js';
import { runFromService } from './launch/submit-pod/run-from-service.js';
import { runOnCluster } from './launch/submit-job/run-on-cluster.js';
import { isForeign, requireSharedCluster } from './shared-target.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { requireAppOverlay } from '../overlay/check-overlay.js';
import type { OverlayFiles } from '../overlay/kustomize/kustomization.js';
import type { CommandResult } from '../command.js';
import type { Host } from '../ports/host.js';
import { findApplication } from '../job/application.js';
import { buildApplication } from '../job/build.js';
import { planBuild } from '../job/build-plan.js';
import type { SparkJob } from '../job/job.js';
import { shapeOf } from '../job/job-shape.js';
import { requestFor } from '../job/run-overrides.js';
import { planLocalRun } from './launch/embedded/local-plan.js';
import { runLocally, type LocalRun } from './launch/embedded/local-target.js';
import { checkJob } from './preflight/check-job.js';
import { readJob } from '../job/read-job.js';
import type { RunOutcome } from '../spark/run-result.js';
import { chooseTarget, type Target } from './target.js';
import { refuseInClientMode } from './launch/client/client-limits.js';
import { describeFromService } from './launch/submit-pod/describe-from-service.js';
import type { RunInput } from './run-options.js';

/** From a request to its result: what is run, where, whether it fits, and then the run itself. */
export async function startRun(host: Host, input: RunInput): Promise<CommandResult> {
  const settings = await loadSettingsFor(host, input, input.args[0]);
  const found = await findApplication(host.directories, input.args[0] ?? '', input.options.lang, settings);
  const { app, job, place } = await readJob(host, input, settings, found);
  const { namespace, spark, uiPort } = requestFor(job, input.options, settings);
  const request: LocalRun = { app, job, uiPort, spark, signal: input.signal };
  const { serviceAccount } = job;
  const target = await findTarget(host, input, { ...settings, namespace, serviceAccount });
  if (target.kind === 'local') {
    const unused = [
      ...(Object.keys(readJobSize(input.options)).length > 0 ? ['the sizes of driver and executors'] : []),
      ...clusterOnly(job),
    ];
    if (unused.length > 0) host.ui.warn(`Embedded, it is one JVM: these are left out: ${unused.join(', ')}`);
    return input.global.dryRun ? showLocalPlan(host, request) : answer(host, job, await runLocally(host, request));
  }
  // an image of its own has its own Spark, which is looked at in it
  const hasOwnSpark = job.image !== undefined && job.deployMode !== 'client';
  const cluster = hasOwnSpark ? target.cluster : withSpark(target.cluster, spark?.version);
  const overlay = await requireAppOverlay(host, app.name, input.signal);
  if (overlay.origin === 'ejected')
    host.ui.say(`The overlay is yours: ${overlay.folder} (spark-dev overlay diff ${app.name})`);
  if (job.deployMode === 'client') refuseInClientMode(job, cluster);
  const ground = cluster.provider.isShared ? undefined : observeGround(host, cluster, input.signal);
  // asked beside the check; what it throws is thrown where it is awaited
  ground?.catch(() => undefined);
  const fit: FitRequest = { ...describeFit(host, input, job), ...(ground === undefined ? {} : { ground }) };
  const inImage = cluster.provider.isShared
    ? undefined
    : await checkJob({ host, cluster, signal: input.signal }, job, place);
  const onCluster = {
    ...request,
    job: { ...job, sparkVersion: job.sparkVersion ?? inImage },
    overlay: overlay.files,
  };
  return input.global.dryRun
    ? showClusterPlan(host, cluster, onCluster, fit)
    : answer(host, job, await runFitted(host, cluster, onCluster, fit));
}

type TargetSettings = Pick<Settings, 'target' | 'imageRegistry' | 'provider'> &
  Readonly<Record<'namespace' | 'serviceAccount', string | undefined>>;

function findTarget(host: Host, input: RunInput, settings: TargetSettings): Promise<Target> {
  const { target: name = 'auto', namespace, provider } = settings;
  const { options, variables = {} } = input;
  const { context } = input.global;
  if (!isForeign(context)) return chooseTarget(host, { name, namespace, provider, signal: input.signal });
  // a variable holds for many calls, and gives way to the context
  if (options.target === 'local' && variables['target'] === undefined)
    throw new SparkDevError('CONTEXT_REFUSED', `Nothing is done on the context ${JSON.stringify(context)}`, {
      why: '--target local means this machine, and a context a cluster.',
      fix: ['Leave out --context and SPARK_DEV_CONTEXT', 'Leave out --target local'],
    });
  return requireSharedCluster(host, input, settings).then((cluster) => ({ kind: 'cluster', cluster }));
}

/** What is run on a cluster. */
type FittedRunRequest = LocalRun & { readonly overlay: OverlayFiles };

/** What a job says that means nothing without a cluster. */
function clusterOnly(job: SparkJob): readonly string[] {
  const { secrets, volumes, tolerations, driver, executor, serviceAccount, image, dynamicAllocation } = job;
  const ofRoles = (['nodeSelector', 'labels', 'annotations', 'podTemplate'] as const).map(
    (name) => [name, { ...driver[name], ...executor[name] }] as const,
  );
  const said = { secrets, volumes, tolerations, ...Object.fromEntries(ofRoles) };
  const single = { serviceAccount, image, dynamicAllocation };
  return [
    ...Object.entries(said).flatMap(([name, all]) => (Object.keys(all).length > 0 ? [name] : [])),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...Object.keys(job.conf).filter((key) => key.startsWith('spark.kubernetes.')),
  ];
}

function describeFit(host: Host, { args, options, global, signal }: RunInput, job: SparkJob): FitRequest {
  return {
    call: callFor('spark-dev run', args[0] ?? job.name.written),
    job: shapeOf(job),
    mode: options.fit,
    canAsk: !global.dryRun && (host.ui.interactive || global.yes),
    signal,
  };
}

/** The question whether it fits comes before anything is built. */
async function runFitted(
  host: Host,
  cluster: PreparedCluster,
  request: FittedRunRequest,
  fit: FitRequest,
): Promise<RunOutcome> {
  const { app, job, uiPort, overlay, spark, signal } = request;
  const shape = await fitRun(host, cluster, fit);
  const built = await buildApplication(host, app, signal, spark);
  const run = { job, main: built.main, shape, overlay, uiPort, signal };
  const { deployMode } = job;
  const outcome = await (deployMode === 'client'
    ? runFromService(host, cluster, run, { deployMode, canAsk: fit.canAsk })
    : runOnCluster(host, cluster, run));
  return { ...outcome, durationsMs: { ...built.durationsMs, ...outcome.durationsMs } };
}

async function showLocalPlan(host: Host, request: LocalRun): Promise<CommandResult> {
  const plan = await planLocalRun(host, request);
  const files = Object.entries(plan.files).flatMap(([path, text]) => [
    `# in ${path}, which the last command reads:`,
    ...text.trimEnd().split('\n'),
  ]);
  return { data: plan, text: [...plan.fetches, ...plan.commands.map(quoteArgv), ...files] };
}

async function showClusterPlan(
  host: Host,
  cluster: PreparedCluster,
  { app, job, uiPort, overlay, spark, signal }: FittedRunRequest,
  fit: FitRequest,
): Promise<CommandResult> {
  const { job: shape, resize } = await decideFit(host, cluster, fit);
  const build = await planBuild(host, app, signal, spark);
  const plan = planClusterRun(host, cluster, { job, main: build.main, shape, overlay, uiPort, signal });
  if (job.deployMode === 'client') {
    const request = { app: app.name, deployMode: job.deployMode };
    const steps = await describeFromService({ host, cluster, signal }, request);
    return { data: { ...plan, job: shape, steps }, text: [...build.fetches, ...showSteps(steps)] };
  }
  return {
    data: { ...plan, job: shape, resize: resize ?? null, fetches: build.fetches, compile: build.commands },
    text: [
      ...(resize === undefined ? [] : [showResize(resize)]),
      ...build.fetches,
      ...build.commands.map(quoteArgv),
      `files in ${plan.folder}: ${Object.keys(plan.files.generated).join(', ')}`,
      quoteArgv(plan.deploy),
      `in the submit pod: ${quoteArgv(plan.submit)}`,
      ...plan.clean.map(quoteArgv),
    ],
  };
}

/** Where the application's own output was on stdout as it came, nothing else may stand there. */
function answer(host: Host, job: SparkJob, outcome: RunOutcome): CommandResult {
  const end = `${job.name.written} ended well (${outcome.runId})`;
  if (outcome.output !== undefined) {
    host.ui.say(end);
    return { data: outcome, text: [], exact: true };
  }
  return { data: outcome, text: [outcome.pi === undefined ? end : `Pi is roughly ${String(outcome.pi)}`] };
}
