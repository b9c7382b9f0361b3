import { basename, dirname } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { listStandbys, mostAgeMs, usesStandby } from '../runs/standby.js';
import { inStep, type RunningStep } from '../steps/apply.js';
import { muted, withinStep } from '../steps/quiet.js';
import { openDevPod } from '../run/launch/client/dev-pod.js';
import { endOnCluster } from '../run/launch/client/standby.js';
import { endWaiting } from '../run/launch/standby.js';
import { prepareRun } from '../run/start.js';
import type { RunRequest } from '../run/request.js';
import type { DevInput } from './dev-options.js';
import { compareOutputs, explainShortly, summarize, type GoodRun } from './report.js';

export interface Wish {
  /** When it was made. */
  readonly at: number;
  /** With a driver of its own. */
  readonly isCold: boolean;
}

type Request = RunRequest & { readonly input: DevInput };

/** An hour without a save. */
const mostDrivers = 6;
const leewayMs = 5000;

/** The runs of one `dev`, one after another. Each leaves a driver for the next. */
export function openRuns(host: Host, request: Request, signal: AbortSignal) {
  const { input } = request;
  const standsBy = input.options.mode !== 'cluster';
  const said = new Set<string>([usesStandby]);
  let known: Pick<RunRequest, 'on'> & { readonly target?: 'local' } = {};
  let number = 0;
  let good: GoodRun | undefined;
  /** Of the last run that had one, good or not. */
  let lastId: string | undefined;
  let url: string | undefined;
  let leaving: Promise<void> = Promise.resolve();
  const pod = openDevPod(host, input.args[0] ?? '', signal, endOnCluster);
  let idle = new AbortController();

  const requestFor = (options: Pick<RunRequest['input']['options'], 'standby' | 'deployMode' | 'fit'>): RunRequest => {
    const { target = known.target, ...given } = input.options;
    return {
      ...request,
      on: known.on,
      ...(standsBy && known.on?.provider.isShared === false ? { devPod: pod } : {}),
      input: { ...input, options: { ...given, ...options, ...(target === undefined ? {} : { target }) }, signal },
    };
  };

  /** For the next run. One that starts soon waits for it, because another driver would be up later. */
  const leave = async (): Promise<void> => {
    // a run on this machine has left one itself, unless it was stopped
    if (known.target === 'local' && (await listStandbys(host, 'local')).some(({ isExpired }) => !isExpired)) return;
    const only = requestFor({ standby: 'only', fit: input.options.fit === 'shrink' ? 'shrink' : 'never' });
    await prepareRun(muted(host), only)
      .then((prepared) => prepared.launch(signal))
      .catch((error: unknown) => {
        if (error instanceof SparkDevError && error.code === 'RESOURCES_SHORT')
          sayOnce(host, said, `No room for a driver that stands by: ${error.why ?? error.what}`);
      });
  };

  /** A driver waits ten minutes, and a person thinks longer. */
  const stayReady = async (): Promise<void> => {
    idle = new AbortController();
    const quiet = AbortSignal.any([signal, idle.signal]);
    for (let drivers = 0; drivers < mostDrivers && !quiet.aborted; drivers++) {
      leaving = leave();
      await leaving;
      await host.clock.sleep(mostAgeMs + leewayMs, quiet).catch(() => undefined);
    }
  };

  const runOnce = async (wish: Wish, step: RunningStep, cancel: AbortSignal): Promise<readonly string[]> => {
    await leaving;
    const options = standsBy
      ? { standby: wish.isCold ? ('off' as const) : ('on' as const) }
      : { standby: 'off' as const, deployMode: 'cluster' as const };
    const prepared = await prepareRun(once(withinStep(host, step), said), requestFor(options));
    known = prepared.cluster === undefined ? { target: 'local' } : { on: prepared.cluster };
    const outcome = await prepared.launch(AbortSignal.any([signal, cancel]));
    if (outcome === undefined) return [];
    const now = { number, outcome, tookMs: host.clock.now() - wish.at };
    lastId = outcome.runId;
    ({ url } = outcome.ui);
    step.note(summarize(now, good));
    const changes = compareOutputs(outcome, good);
    good = now;
    return changes;
  };

  return {
    /** Never throws: what is wrong is shown, and may be right after the next save. */
    async run(wish: Wish, cancel: AbortSignal = new AbortController().signal): Promise<void> {
      number += 1;
      idle.abort();
      const lines = await inStep(host, `Run ${String(number)}`, async (step) =>
        runOnce(wish, step, cancel).catch((thrown: unknown) => {
          const error = asError(thrown);
          if (signal.aborted || cancel.aborted) {
            step.failed(signal.aborted ? 'stopped' : 'stopped by a newer save');
            return [];
          }
          step.failed(error.what);
          // it is in the run's folder
          if (error.log !== undefined) lastId = basename(dirname(error.log));
          if (ofCluster.has(error.code)) known = {};
          return explainShortly(error);
        }),
      );
      for (const line of lines) host.ui.say(line);
      if (standsBy && !signal.aborted) void stayReady();
    },
    async showLog(): Promise<void> {
      if (lastId === undefined) host.ui.say('No run has ended yet');
      else await input.call?.(['logs', lastId]);
    },
    async openUi(): Promise<void> {
      const page = url;
      if (page === undefined) host.ui.say('No Spark UI yet');
      else
        await host.openBrowser(page).catch(() => {
          host.ui.say(`Spark UI  ${page}`);
        });
    },
    seen: () => ({ runs: number, last: good?.outcome }),
    /** Ends the driver that waits. */
    async close(): Promise<void> {
      await leaving;
      if (standsBy) await endWaiting(host, known.on);
      await pod.close();
    },
  };
}

const ofCluster: ReadonlySet<string> = new Set([
  'CLUSTER_ABSENT',
  'CLUSTER_UNREACHABLE',
  'TOOL_FAILED',
  'SERVICE_DOWN',
]);

function asError(thrown: unknown): SparkDevError {
  return thrown instanceof SparkDevError ? thrown : new SparkDevError('INTERNAL', String(thrown), { cause: thrown });
}

function sayOnce({ ui }: Host, said: Set<string>, line: string, how: 'say' | 'warn' = 'say'): void {
  if (!said.has(line)) ui[how](line);
  said.add(line);
}

/** What was said before is not said again, and keys are not for the program. */
function once(host: Host, said: Set<string>): Host {
  return {
    ...host,
    hasPipedInput: false,
    runner: { ...host.runner, run: (argv, options) => host.runner.run(argv, { ...options, inheritsStdin: false }) },
    ui: {
      ...host.ui,
      say: (line) => {
        sayOnce(host, said, line);
      },
      warn: (line) => {
        sayOnce(host, said, line, 'warn');
      },
    },
  };
}
