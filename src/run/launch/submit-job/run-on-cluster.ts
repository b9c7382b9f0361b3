import { join } from 'node:path';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { chooseLocalPort, type WantedPort } from '../../../kube/port-forward/local-port.js';
import { driverUiPort } from '../../../kube/port-forward/ui-forward.js';
import type { Host } from '../../../ports/host.js';
import { inRunFolder, keepRecord } from '../../../runs/private-run.js';
import { explainJobFailure } from '../../failure/explain-failure.js';
import { driverContainer, type RunView } from '../../../spark/outcome.js';
import type { RunOutcome } from '../../../spark/run-result.js';
import { cleanRun } from '../../clean-up.js';
import { inStep, type RunningStep } from '../../../steps/apply.js';
import { deployRun } from './deploy-run.js';
import { observeSchedulingShortage } from '../../waiting/scheduling-shortage.js';
import { followDriver, type FollowedDriver } from '../../follow-driver.js';
import { keepLog, type KeptLog } from '../../keep-log.js';
import { startPhases, type Phases } from '../../phases.js';
import { planClusterRun, type ClusterRun } from './plan-cluster-run.js';
import { writeRunFiles } from '../../run-folder.js';
import { watchRun } from './watch-run.js';

/** Builds, deploys, watches to the end and tidies up; throws JOB_FAILED (exit 10) when the driver ended badly. */
export async function runOnCluster(host: Host, cluster: PreparedCluster, run: ClusterRun): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  // a port asked for by flag is refused before anything is built
  if (typeof run.uiPort === 'number') await chooseLocalPort(driverUiPort, run.uiPort);
  const plan = planClusterRun(host, cluster, run);
  const { runId, folder } = plan;
  const { uiPort, signal } = run;
  return inRunFolder(host, runId, async () => {
    await writeRunFiles(folder, plan.files);
    phases.end('plan');
    const deploy = (): Promise<void> => deployRun(host, cluster, plan, signal);
    return launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy });
  });
}

/** How a driver comes into being, and how it is followed from then on. */
export interface Launch {
  readonly runId: string;
  /** Where logs and the result go. */
  readonly folder: string;
  /** Asked for by flag: then strict. */
  readonly uiPort: WantedPort | undefined;
  readonly phases: Phases;
  readonly signal: AbortSignal;
  /** Ends when the driver's pod is there, or about to be. */
  readonly deploy: () => Promise<void>;
}

/** Launches, watches to the end and tidies up; throws JOB_FAILED (exit 10) when the driver ended badly. */
export async function launchAndFollow(host: Host, cluster: PreparedCluster, launch: Launch): Promise<RunOutcome> {
  const { runId, phases } = launch;
  let ended = false;
  try {
    await launch.deploy();
    phases.end('deploy');
    return await inStep(host, 'Run on the cluster', async (step) => {
      const end = await watchToEnd(host, cluster, launch, step);
      ended = true;
      const outcome = await judge(host, cluster, launch, end);
      step.note(`${outcome.driver ?? ''}, executors: ${String(outcome.executors.length)}`);
      return outcome;
    });
  } finally {
    await cleanRun(host, cluster, runId, ended).catch((error: unknown) => {
      const why = error instanceof SparkDevError ? (error.why ?? error.what) : String(error);
      host.ui.warn(`Run ${runId} could not be removed from the cluster: ${why}`);
    });
  }
}

interface RunEnd {
  readonly view: RunView;
  readonly executors: readonly string[];
  readonly uiUrl: string | undefined;
}

async function watchToEnd(
  host: Host,
  cluster: PreparedCluster,
  { runId, folder, uiPort, phases, signal: runSignal }: Launch,
  step: RunningStep,
): Promise<RunEnd> {
  const kube = await host.kube(cluster);
  const { namespace } = cluster;
  // Spark removes its executors before the driver ends, so the last view knows none
  const executors = new Set<string>();
  let driver: Promise<FollowedDriver> | undefined;
  const onView = (view: RunView): void => {
    step.progress(describeView(view));
    for (const name of view.executors) executors.add(name);
    if (view.driver !== undefined) phases.end('submit');
    if (view.driver?.state !== 'running') return;
    phases.end('schedule');
    if (driver !== undefined) return;
    driver = followDriver(host, kube, { namespace, pod: view.driver.pod, uiPort, signal: runSignal });
    driver.catch((error: unknown) => {
      host.ui.warn(`The Spark UI could not be forwarded: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  try {
    const view = await watchRun(host, kube, {
      namespace,
      runId,
      folder,
      signal: runSignal,
      observeSchedulingShortage: (trouble, signal) => observeSchedulingShortage(host, cluster, trouble, signal),
      onView,
    });
    phases.end('job');
    return { view, executors: [...executors].sort(), uiUrl: (await driver?.catch(() => undefined))?.uiUrl };
  } finally {
    await driver?.then((followed) => followed.close()).catch(() => undefined);
  }
}

/** The driver's container status is the verdict; its log, read once from the ended container, gives the answer. */
async function judge(
  host: Host,
  cluster: PreparedCluster,
  { runId, folder, phases, signal }: Launch,
  { view, executors, uiUrl }: RunEnd,
): Promise<RunOutcome> {
  const kube = await host.kube(cluster);
  const { driver } = view;
  const pod = driver?.pod ?? '';
  const container = { namespace: cluster.namespace, pod, container: driverContainer };
  const log = await keepLog({ host, kube, signal }, container, join(folder, 'driver.log'));
  if (driver?.state !== 'ended' || driver.exitCode !== 0) throw explainEnd(driver, log);
  const outcome: RunOutcome = {
    pi: log.pi?.pi,
    output: undefined,
    target: 'cluster',
    appId: driver.appId,
    runId,
    ui: { url: uiUrl },
    driver: pod,
    executors,
    folder,
    durationsMs: phases.all(),
  };
  await keepRecord(host, folder, outcome);
  return outcome;
}

function explainEnd(driver: RunView['driver'], log: KeptLog): SparkDevError {
  const { exitCode, reason } = driver?.state === 'ended' ? driver : { exitCode: 1, reason: 'Unknown' };
  return explainJobFailure({
    driver: driver?.pod ?? 'the driver',
    exitCode,
    reason,
    memoryLimit: driver?.memoryLimit,
    logTail: log.tail,
    logFile: log.path,
  });
}

function describeView(view: RunView): string {
  const of = (progress: { readonly state: string; readonly note?: string } | undefined): string =>
    progress === undefined ? 'not there yet' : (progress.note ?? progress.state);
  if (view.driver === undefined) return `submit ${of(view.submit)}`;
  const count = view.executors.length;
  return `driver ${of(view.driver)}, ${String(count)} executor${count === 1 ? '' : 's'}`;
}
