import type { CommandResult } from '../command.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { withOnlyLock } from '../journal/lock.js';
import { findProjectFolder } from '../config/load-settings.js';
import { withWarmCompiler } from '../job/warm-compiler.js';
import type { Host } from '../ports/host.js';
import type { DevInput } from './dev-options.js';
import { readInputs, watchedBy } from './inputs.js';
import { openRuns, type Wish } from './runs.js';

/** Runs the application now and after each change of what it is made of, until `q` or Ctrl-C. */
export async function develop(host: Host, input: DevInput): Promise<CommandResult> {
  const [name = ''] = input.args;
  if (input.global.dryRun)
    throw new SparkDevError('USAGE', 'dev has no dry run', { fix: [`spark-dev run ${name} --dry-run`] });
  const request = { command: 'spark-dev dev', input, isResident: true };
  const inputs = await readInputs(host, request);
  const lock = { name: `dev ${await findProjectFolder(host)} ${name}`, command: `spark-dev dev ${name}` };
  return withOnlyLock(host, lock, async () => {
    const quit = new AbortController();
    const signal = AbortSignal.any([input.signal, quit.signal]);
    const wishes = openWishes(signal);
    const warm = withWarmCompiler({ host, app: inputs.app, spark: inputs.spark, signal });
    const runs = openRuns(warm, request, signal);
    const watcher = host.watchFolders(onEachChange(host, signal, look));
    let { state, data } = inputs;
    let isRunning = false;
    async function look(at: number): Promise<void> {
      const unread = (error: unknown) => ({ files: [], state: String(error), data });
      const now = await readInputs(host, request).catch(unread);
      if (now.files.length > 0) await watch(now);
      // what changes during a run may be its result
      const isOther = now.state !== state || (now.data !== data && !isRunning);
      ({ state, data } = now);
      if (isOther) wishes.put({ at, isCold: false });
    }
    const watch = async (now: Pick<typeof inputs, 'files'>): Promise<void> => {
      const { folders, isWanted } = watchedBy(now);
      await watcher.watch(folders, isWanted);
    };
    const wish = (isCold: boolean): void => {
      wishes.put({ at: host.clock.now(), isCold });
    };
    const keys: Readonly<Record<string, () => void>> = {
      r: () => {
        wish(false);
      },
      c: () => {
        wish(true);
      },
      l: () => void runs.showLog(),
      o: () => void runs.openUi(),
      q: () => {
        quit.abort();
      },
    };
    try {
      await watch(inputs);
      host.ui.keys?.((key) => keys[key.toLowerCase()]?.(), signal);
      const hint = host.ui.keys === undefined ? 'Ctrl-C ends it' : 'r run, l log, o open UI, c cold run, q quit';
      host.ui.say(`Each save runs ${name} (${hint})`);
      wish(false);
      for (let one = await wishes.take(); one !== undefined; one = await wishes.take()) {
        isRunning = true;
        await runs.run(one, input.options.queue === true ? undefined : wishes.next());
        ({ data } = await readInputs(host, request).catch(() => ({ data })));
        isRunning = false;
      }
    } finally {
      quit.abort();
      await watcher.close();
      await runs.close();
    }
    input.signal.throwIfAborted();
    return { data: runs.seen(), text: [] };
  });
}

/** Of many changes only the last one counts. */
function openWishes(signal: AbortSignal) {
  let wish: Wish | undefined;
  let wake = (): void => undefined;
  let next = new AbortController();
  signal.addEventListener('abort', () => {
    wake();
  });
  return {
    put(one: Wish): void {
      wish = one;
      next.abort();
      wake();
    },
    /** Undefined at the end. */
    async take(): Promise<Wish | undefined> {
      while (wish === undefined && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      const taken = signal.aborted ? undefined : wish;
      wish = undefined;
      next = new AbortController();
      return taken;
    },
    /** Aborted when there is another one. */
    next: () => next.signal,
  };
}

/** An editor writes a file in several steps, and git many files. */
const quietMs = 60;

/** Calls when no change came for a moment, with the time of the first; never twice at once. */
export function onEachChange(
  { clock }: Pick<Host, 'clock'>,
  signal: AbortSignal,
  act: (at: number) => Promise<void>,
): () => void {
  let firstAt: number | undefined;
  let changes = 0;
  let isWorking = false;
  const work = async (): Promise<void> => {
    isWorking = true;
    while (firstAt !== undefined && !signal.aborted) {
      const seen = changes;
      await clock.sleep(quietMs, signal).catch(() => undefined);
      if (seen !== changes) continue;
      const at = firstAt;
      firstAt = undefined;
      await act(at);
    }
    isWorking = false;
  };
  return () => {
    changes += 1;
    firstAt ??= clock.now();
    if (!isWorking) void work();
  };
}
