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
import { giveLease } from './lease.js';
import { followDriverLog } from './live-log.js';
import { openScreen } from './screen.js';
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
      const outcome = await judge(room, launch, end);
      step.note(`${outcome.driver}, executors: ${String(outcome.executors.length)}`);
      return outcome;
    });
  } finally {
    await removeRun(host, cluster, run.runId, cleanRunArgvs(cluster, run.runId, ended));
  }
}

async function watchToEnd(kube: Kube, room: ClusterRoom, { run, phases }: DriverLaunch, step: RunningStep) {
  const { host } = room;
  const over = new AbortController();
  let forwarded: ReturnType<typeof forwardUi> | undefined;
  let log: ReturnType<typeof followDriverLog> | undefined;
  let now: readonly [view: string, tasks: string] = ['', ''];
  const show = (view: string, tasks: string): void => {
    now = [view, tasks];
    step.progress(now.filter((part) => part !== '').join(' · '));
  };
  const onTasks = (tasks: string): void => {
    show(now[0], tasks);
  };
  const screen = openScreen(room, onTasks);
  const onView = (view: RunView): void => {
    show(describeView(view), now[1]);
    if (view.driver !== undefined) phases.end('submit');
    if (view.driver?.state !== 'running') return;
    phases.end('schedule');
    if (forwarded !== undefined) return;
    const { pod, container } = view.driver;
    giveLease({ ...room, signal: AbortSignal.any([room.signal, over.signal]) }, pod).catch(() => undefined);
    log = followDriverLog(room, kube, { namespace: room.cluster.namespace, pod, container }, screen.sink);
    forwarded = forwardUi(kube, room, pod, screen.ask);
    forwarded.catch((error: unknown) => {
      host.ui.warn(`Could not forward the Spark UI: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  const watch = watchRun(room, kube, { run, onView });
  try {
    const driver = await watch.end;
    phases.end('job');
    const { pod, container } = driver;
    const path = join(run.folder, 'driver.log');
    const from = { namespace: room.cluster.namespace, pod, container };
    // it may have run while nobody could see it: then all of it is shown now
    const rest = { sink: screen.sink, shown: { bytes: 0, errors: 0, log: 0 } };
    const kept = await (log?.keep(path) ?? keepLog({ host, kube, signal: room.signal, rest }, from, path));
    const uiUrl = (await forwarded?.catch(() => undefined))?.uiUrl;
    return { driver, executors: watch.seen().executors, uiUrl, kept };
  } finally {
    over.abort();
    log?.stop();
    screen.end();
    await forwarded?.then((forward) => forward.close()).catch(() => undefined);
    await watch.keep();
  }
}

/** The driver's container status decides success; its log, read once after its end, has the result. */
async function judge(
  { host }: ClusterRoom,
  { run, phases }: DriverLaunch,
  { driver, executors, uiUrl, kept }: RunEnd,
): Promise<RunOutcome> {
  const { pod, appId, exitCode, reason, memoryLimit } = driver;
  const { path, ...seen } = kept;
  if (exitCode !== 0) throw explainJobFailure({ driver: pod, exitCode, reason, memoryLimit, ...seen, logFile: path });
  return recordOutcome(host, run, {
    pi: seen.pi,
    output: seen.output,
    target: 'cluster',
    appId,
    spark: seen.spark === 'nothing' && seen.brokenBy !== undefined ? 'context' : seen.spark,
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

/** Forwards the driver's UI to a local port; prints the URL once the page answers. */
async function forwardUi(
  kube: Kube,
  { host, cluster, signal: outer, uiPort }: ClusterRoom,
  pod: string,
  ask: ReturnType<typeof openScreen>['ask'],
) {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const forward = await openUiForward(host, kube, { namespace: cluster.namespace, pod, port: driverUiPort }, uiPort);
  const announced = announceUi(host, forward, signal).then(() => ask(forward.url, signal));
  announced.catch(() => undefined);
  return {
    uiUrl: forward.url,
    async close() {
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
