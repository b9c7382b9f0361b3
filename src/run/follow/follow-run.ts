import { join } from 'node:path';
import type { Clock } from '../../ports/host.js';
import type { Kube } from '../../ports/kube.js';
import { recordOutcome, type RunOutcome } from '../../runs/record.js';
import type { RunIdentity } from '../../runs/run-folder.js';
import type { RunView } from '../../spark/outcome.js';
import { inStep, type RunningStep } from '../../steps/apply.js';
import { count } from '../../text/words.js';
import { cleanRunArgvs, removeRun } from '../clean-up.js';
import { explainJobFailure } from '../failure/explain-failure.js';
import type { ClusterRoom } from '../launch/launcher.js';
import { keepLog } from './keep-log.js';
import { watchRun } from './watch-run.js';
import { announceUi, driverUiPort, openUiForward } from '../../kube/port-forward/pod-forward.js';

/** How to start a driver in its own pod, and how to follow it. */
interface DriverLaunch {
  readonly run: RunIdentity;
  readonly phases: Phases;
  /** Resolves when the driver's pod exists, or is about to. */
  readonly deploy: () => Promise<void>;
  /** When the driver has ended, before its pod is removed. */
  readonly collect?: () => Promise<void>;
}

type RunEnd = Awaited<ReturnType<typeof watchToEnd>>;

/** Launches, watches and cleans up; throws JOB_FAILED (exit 10) when the driver failed. */
export async function followRun(room: ClusterRoom, launch: DriverLaunch): Promise<RunOutcome> {
  const { phases, run } = launch;
  const { host, cluster } = room;
  let ended = false;
  try {
    await launch.deploy();
    phases.end('deploy');
    return await inStep(host, 'Run on the cluster', async (step) => {
      const kube = await host.kube(cluster);
      const end = await watchToEnd(kube, room, launch, step);
      ended = true;
      await launch.collect?.();
      const outcome = await judge(kube, room, launch, end);
      step.note(`${outcome.driver}, executors: ${String(outcome.executors.length)}`);
      return outcome;
    });
  } finally {
    await removeRun(host, cluster, run.runId, cleanRunArgvs(cluster, run.runId, ended));
  }
}

async function watchToEnd(kube: Kube, room: ClusterRoom, { run, phases }: DriverLaunch, step: RunningStep) {
  const { host } = room;
  let followed: ReturnType<typeof followDriver> | undefined;
  const onView = (view: RunView): void => {
    step.progress(describeView(view));
    if (view.driver !== undefined) phases.end('submit');
    if (view.driver?.state !== 'running') return;
    phases.end('schedule');
    if (followed !== undefined) return;
    followed = followDriver(kube, room, view.driver);
    followed.catch((error: unknown) => {
      host.ui.warn(`Could not forward the Spark UI: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  try {
    const watch = watchRun(room, kube, { run, onView });
    const driver = await watch.end;
    phases.end('job');
    return { driver, executors: watch.seen().executors, uiUrl: (await followed?.catch(() => undefined))?.uiUrl };
  } finally {
    await followed?.then((driver) => driver.close()).catch(() => undefined);
  }
}

/** The driver's container status decides success; its log, read once after its end, has the result. */
async function judge(
  kube: Kube,
  { host, cluster, signal }: ClusterRoom,
  { run, phases }: DriverLaunch,
  { driver, executors, uiUrl }: RunEnd,
): Promise<RunOutcome> {
  const { pod, container, appId, exitCode, reason, memoryLimit } = driver;
  const log = { namespace: cluster.namespace, pod, container };
  const { pi, tail, path } = await keepLog({ host, kube, signal }, log, join(run.folder, 'driver.log'));
  if (exitCode !== 0)
    throw explainJobFailure({ driver: pod, exitCode, reason, memoryLimit, logTail: tail, logFile: path });
  return recordOutcome(host, run, {
    pi,
    output: undefined,
    target: 'cluster',
    appId,
    ui: { url: uiUrl },
    driver: pod,
    executors,
    durationsMs: phases.all(),
  });
}

function describeView(view: RunView): string {
  const of = (progress: { readonly state: string; readonly note?: string } | undefined): string =>
    progress === undefined ? 'not created yet' : (progress.note ?? progress.state);
  if (view.driver === undefined) return `submit ${of(view.submit)}`;
  return `driver ${of(view.driver)}, ${count(view.executors.length, 'executor')}`;
}

const lastLinesWithinMs = 3000;

/** Streams the driver's log and forwards its UI to a local port; prints the URL once the page answers. */
async function followDriver(kube: Kube, room: ClusterRoom, { pod, container }: NonNullable<RunView['driver']>) {
  const stop = new AbortController();
  const signal = AbortSignal.any([room.signal, stop.signal]);
  const { host, cluster } = room;
  const { namespace } = cluster;
  const logs = kube
    .streamLog(
      { namespace, pod, container },
      {
        follow: true,
        signal,
        onLine: (line) => {
          host.ui.log(line);
        },
        drained: () => host.ui.drained(),
      },
    )
    .catch(() => {
      host.ui.detail('The live log was cut off; the whole log is read at the end.');
    });
  const forward = await openUiForward(host, kube, { namespace, pod, port: driverUiPort }, room.uiPort);
  void announceUi(host, forward, signal);
  return {
    uiUrl: forward.url,
    /** Settled when the live log and the forward have ended. */
    async close() {
      // reopen a broken stream once; a normal one ends with the driver
      await Promise.race([logs, host.clock.sleep(lastLinesWithinMs)]);
      stop.abort();
      await forward.close();
    },
  };
}

export interface Phases {
  /** A phase lasts from the previous mark to this one; later marks of it are ignored. */
  end(name: string): void;
  /** Milliseconds by phase, with the earlier ones that the caller passed, and `total`. */
  all(): Readonly<Record<string, number>>;
}

export function startPhases(clock: Clock, before: Readonly<Record<string, number>> = {}): Phases {
  const startedAt = clock.now();
  const durations = new Map<string, number>();
  let last = startedAt;
  return {
    end(name) {
      if (durations.has(name)) return;
      durations.set(name, clock.now() - last);
      last = clock.now();
    },
    all: () => ({ ...before, ...Object.fromEntries(durations), total: clock.now() - startedAt }),
  };
}
