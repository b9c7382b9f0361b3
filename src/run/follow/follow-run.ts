import { join } from 'node:path';
import type { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { recordOutcome, type RunOutcome } from '../../runs/record.js';
import type { RunIdentity } from '../../runs/run-folder.js';
import type { RunView } from '../../spark/outcome.js';
import { sparkContainers } from '../../spark/pod-defaults.js';
import { inStep, type RunningStep } from '../../steps/apply.js';
import { cleanRunArgvs, removeRun } from '../clean-up.js';
import { explainJobFailure } from '../failure/explain-failure.js';
import type { ClusterRoom } from '../launch/launcher.js';
import { followDriver, type FollowedDriver } from './follow-driver.js';
import { keepLog, type KeptLog } from './keep-log.js';
import type { Phases } from './phases.js';
import { watchRun } from './watch-run.js';

/** How to start a driver in its own pod, and how to follow it. */
export interface DriverLaunch {
  readonly run: RunIdentity;
  readonly phases: Phases;
  /** Resolves when the driver's pod exists, or is about to. */
  readonly deploy: () => Promise<void>;
}

/** Launches, watches and cleans up; throws JOB_FAILED (exit 10) when the driver failed. */
export async function followRun(host: Host, room: ClusterRoom, launch: DriverLaunch): Promise<RunOutcome> {
  const { phases, run } = launch;
  let ended = false;
  try {
    await launch.deploy();
    phases.end('deploy');
    return await inStep(host, 'Run on the cluster', async (step) => {
      const end = await watchToEnd(host, room, launch, step);
      ended = true;
      const outcome = await judge(host, room, launch, end);
      step.note(`${outcome.driver}, executors: ${String(outcome.executors.length)}`);
      return outcome;
    });
  } finally {
    await removeRun(host, room.cluster, run.runId, cleanRunArgvs(room.cluster, run.runId, ended));
  }
}

interface RunEnd {
  readonly driver: RunView['driver'];
  readonly executors: readonly string[];
  readonly uiUrl: string | undefined;
}

async function watchToEnd(
  host: Host,
  room: ClusterRoom,
  { run, phases }: DriverLaunch,
  step: RunningStep,
): Promise<RunEnd> {
  const { cluster, signal } = room;
  const kube = await host.kube(cluster);
  let followed: Promise<FollowedDriver> | undefined;
  const onView = (view: RunView): void => {
    step.progress(describeView(view));
    if (view.driver !== undefined) phases.end('submit');
    if (view.driver?.state !== 'running') return;
    phases.end('schedule');
    if (followed !== undefined) return;
    followed = followDriver(host, kube, room, view.driver.pod);
    followed.catch((error: unknown) => {
      host.ui.warn(`Could not forward the Spark UI: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  try {
    const watch = watchRun(host, kube, cluster, { run, signal, onView });
    const { driver } = await watch.end;
    phases.end('job');
    return { driver, executors: watch.seen().executors, uiUrl: (await followed?.catch(() => undefined))?.uiUrl };
  } finally {
    await followed?.then((driver) => driver.close()).catch(() => undefined);
  }
}

/** The driver's container status decides success; its log, read once after its end, has the result. */
async function judge(
  host: Host,
  { cluster, signal }: ClusterRoom,
  { run, phases }: DriverLaunch,
  { driver, executors, uiUrl }: RunEnd,
): Promise<RunOutcome> {
  const kube = await host.kube(cluster);
  const pod = driver?.pod ?? '';
  const container = { namespace: cluster.namespace, pod, container: sparkContainers.driver };
  const log = await keepLog({ host, kube, signal }, container, join(run.folder, 'driver.log'));
  if (driver?.state !== 'ended' || driver.exitCode !== 0) throw explainEnd(driver, log);
  return recordOutcome(host, run, {
    pi: log.pi,
    output: undefined,
    target: 'cluster',
    appId: driver.appId,
    ui: { url: uiUrl },
    driver: pod,
    executors,
    durationsMs: phases.all(),
  });
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
    progress === undefined ? 'not created yet' : (progress.note ?? progress.state);
  if (view.driver === undefined) return `submit ${of(view.submit)}`;
  const count = view.executors.length;
  return `driver ${of(view.driver)}, ${String(count)} executor${count === 1 ? '' : 's'}`;
}
