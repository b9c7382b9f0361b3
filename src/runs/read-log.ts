import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { createTerminalFilter } from '../errors/strip-controls.js';
import { isThere } from '../files/paths.js';
import type { Host } from '../ports/host.js';
import { findRun } from './find-run.js';
import { isRunLive } from './live-run.js';
import { LogReader, type TimedLine } from './log-lines.js';
import { runFolder } from './run-folder.js';
import { logsFolder } from './story.js';

/** By importance; a run that ended early has only a later one. */
const logNames = ['driver.log', join(logsFolder, 'driver.log'), 'submit.log', 'skaffold.log'];
const lookEveryMs = 300;
/** Bytes in a JSON answer. */
const longestText = 1024 * 1024;

export interface LogRequest {
  readonly run: string | undefined;
  /** The run before that one. */
  readonly previous: boolean;
  readonly follows: boolean;
  /** `all`: every pod of the run. */
  readonly pods: 'driver' | 'all' | readonly string[];
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly grep: RegExp | undefined;
  readonly signal: AbortSignal;
}

/**
 * Prints the log of a run: the newest run whose name begins so. The driver's alone comes byte for byte, others by lines, in the
 * order of their times. Returns its end if stdout is for JSON. Throws USAGE if there is no such run, or it has no log.
 */
export async function readRunLog(host: Host, request: LogRequest) {
  const { follows, signal, pods, since, grep } = request;
  const runId = await findRun(host, request.run, request.previous ? 1 : 0);
  const folder = runFolder(host, runId);
  const isPlain = pods === 'driver' && since === undefined && grep === undefined;
  let end = Buffer.alloc(0);
  const print = async (chunk: Uint8Array): Promise<void> => {
    host.ui.output?.(chunk);
    if (host.ui.output === undefined) end = Buffer.concat([end, chunk]).subarray(-longestText);
    await host.ui.drained();
  };
  const source = isPlain ? openBytes(folder, print) : openLines(host, folder, request, print);
  try {
    for (let isLive = follows; ;) {
      // asked before reading, so that the last lines are read too
      isLive &&= await isRunLive(host, runId);
      await source.read(isLive);
      if (!isLive) break;
      await host.clock.sleep(lookEveryMs, signal);
    }
  } finally {
    await source.close();
  }
  const logs = source.paths();
  if (logs.length === 0) throw noLog(host, runId, folder, pods);
  const text = host.ui.output === undefined ? { text: end.toString() } : {};
  return { runId, folder, ...(isPlain ? { log: logs[0] } : { logs }), ...text };
}

function noLog(host: Host, runId: string, folder: string, pods: LogRequest['pods']): SparkDevError {
  return new SparkDevError('USAGE', `Run ${runId} has no ${pods === 'driver' ? '' : 'such '}log`, {
    why:
      pods === 'driver'
        ? 'It ended, or was stopped, before its driver started.'
        : 'Its driver is the only pod that it had, or no executor of that number ran.',
    fix: ['spark-dev logs RUN', `ls ${folder}`],
  });
}

interface LogSource {
  /** All that there is now. */
  readonly read: (isLive: boolean) => Promise<void>;
  readonly paths: () => readonly string[];
  readonly close: () => Promise<void>;
}

function openBytes(folder: string, print: (chunk: Uint8Array) => Promise<void>): LogSource {
  let path: string | undefined;
  let at = 0;
  let lines: LogSource | undefined;
  return {
    async read(isLive) {
      const best = await findLog(folder);
      // the whole log comes into a file of its own once the driver has ended; what was shown of it is not shown again
      if (best !== path && lines === undefined) [path, at] = [best, 0];
      if (path === undefined) return;
      if (path.endsWith(join(logsFolder, 'driver.log'))) {
        lines ??= mergeLines(
          () => Promise.resolve([join(folder, logsFolder, 'driver.log')]),
          ({ text }) => print(Buffer.from(`${text}\n`)),
        );
        await lines.read(isLive);
        return;
      }
      for await (const chunk of createReadStream(path, { start: at }) as AsyncIterable<Buffer>) {
        at += chunk.length;
        await print(chunk);
      }
    },
    paths: () => (path === undefined ? [] : [path]),
    close: async () => lines?.close(),
  };
}

async function findLog(folder: string): Promise<string | undefined> {
  for (const name of logNames) if (await isThere(join(folder, name))) return join(folder, name);
  return undefined;
}

const colours = ['cyan', 'magenta', 'green', 'yellow', 'blue', 'red'] as const;

function openLines(
  { ui }: Host,
  folder: string,
  { pods, since, grep }: LogRequest,
  print: (chunk: Uint8Array) => Promise<void>,
): LogSource {
  const list = async (): Promise<readonly string[]> => {
    const names = (await readdir(join(folder, logsFolder)).catch(() => [])).sort();
    const wanted = names.filter((name) => isWanted(name.replace(/\.log$/, ''), pods));
    const found = wanted.map((name) => join(folder, logsFolder, name));
    const needsDriver = pods === 'all' || pods === 'driver' || pods.includes('driver');
    // a driver without a pod of its own
    const driver = needsDriver && !wanted.includes('driver.log') ? await findLog(folder) : undefined;
    return driver === undefined ? found : [driver, ...found];
  };
  const named = new Map<string, string>();
  const hasPrefix = pods !== 'driver' && (pods === 'all' || pods.length > 1);
  const prefixOf = (path: string): string => {
    const name = basename(path, '.log');
    const known = named.get(path);
    if (known !== undefined) return known;
    const text = `${name.padEnd(8)} `;
    const colour = colours[named.size % colours.length] ?? 'cyan';
    const prefix = ui.paintsOutput === true ? styleText(colour, text, { validateStream: false }) : text;
    named.set(path, prefix);
    return prefix;
  };
  return mergeLines(list, async ({ at, text }, path) => {
    if (since !== undefined && (at === undefined || at < since)) return;
    if (grep?.test(text) === false) return;
    // nothing that a pod writes may change how the next line looks
    const shown = ui.paintsOutput === true ? `${createTerminalFilter().pass(text)}\u001b[0m` : text;
    await print(Buffer.from(`${hasPrefix ? prefixOf(path) : ''}${shown}\n`));
  });
}

function isWanted(name: string, pods: LogRequest['pods']): boolean {
  if (pods === 'all') return true;
  return pods === 'driver' ? name === 'driver' : pods.includes(name);
}

/** Lines of files that may grow, and of files that come later, in the order of their times. */
function mergeLines(
  list: () => Promise<readonly string[]>,
  onLine: (line: TimedLine, path: string) => Promise<void>,
): LogSource {
  const readers = new Map<string, LogReader>();
  return {
    async read(isLive) {
      for (const path of await list()) if (!readers.has(path)) readers.set(path, new LogReader(path));
      for (;;) {
        let first: { readonly line: TimedLine; readonly path: string; readonly reader: LogReader } | undefined;
        for (const [path, reader] of readers) {
          const line = await reader.peek(!isLive);
          if (line !== undefined && (first === undefined || (line.at ?? 0) < (first.line.at ?? 0)))
            first = { line, path, reader };
        }
        if (first === undefined) return;
        first.reader.take();
        await onLine(first.line, first.path);
      }
    },
    paths: () => [...readers.keys()],
    async close() {
      for (const reader of readers.values()) await reader.close();
    },
  };
}
