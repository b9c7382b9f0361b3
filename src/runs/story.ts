import { appendFile, lstat, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bestEffort } from '../errors/disk-error.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { listFiles, tryJson } from '../files/paths.js';
import type { Host } from '../ports/host.js';
import { maskArgv, maskValue } from '../secrets/mask.js';
import { runVariable } from './live-run.js';

/** What was asked for, as resolved. */
export interface RunSpec {
  readonly app: string;
  readonly target: 'local' | 'cluster';
  readonly deployMode?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly image?: string | undefined;
  readonly sparkVersion?: string | undefined;
  /** Every decided setting of the job, and the size of its pods. */
  readonly job?: object;
  readonly shape?: object;
}

type Started = RunSpec & { readonly pid: number; readonly startedAt: string };

export interface RunEnd {
  readonly state: 'succeeded' | 'failed' | 'interrupted';
  readonly endedAt: string;
  readonly tookMs: number;
  /** Of the whole folder. */
  readonly bytes: number;
  readonly error?: Partial<Pick<SparkDevError, 'code' | 'what' | 'why' | 'fix' | 'log'>> & {
    readonly exitCode: number;
  };
}

/** A run's folder as far as it says anything; older versions wrote less. */
export interface RunStory {
  readonly spec: Started | undefined;
  readonly end: RunEnd | undefined;
}

/** Of the pods of a run on a cluster; each log has the name of its pod without the run's id, and the time before each line. */
export const podsFile = 'pods.json';
export const commandsFile = 'commands.log';
export const eventsFile = 'events.json';
export const logsFolder = 'logs';

const files = { spec: 'spec.json', end: 'outcome.json' } as const;

/** Keeps what was asked for and how it ended, without secrets; a full disk does not fail the run. */
export async function tellStory<Value>(
  host: Host,
  folder: string,
  spec: RunSpec,
  action: () => Promise<Value>,
): Promise<Value> {
  const startedAt = host.clock.now();
  const write = (name: string, value: object): Promise<unknown> =>
    bestEffort(host, "Could not write the run's record", () =>
      writeFile(join(folder, name), `${JSON.stringify(maskValue(value, host.env), undefined, 2)}\n`, { mode: 0o600 }),
    );
  const end = async (state: RunEnd['state'], error?: SparkDevError): Promise<void> => {
    const endedAt = host.clock.now();
    await write(files.end, {
      state,
      endedAt: new Date(endedAt).toISOString(),
      tookMs: endedAt - startedAt,
      bytes: await measure(folder),
      ...(error === undefined ? {} : { error: describe(error) }),
    });
  };
  await write(files.spec, { ...spec, pid: process.pid, startedAt: new Date(startedAt).toISOString() });
  try {
    const value = await action();
    await end('succeeded');
    return value;
  } catch (thrown) {
    const error = thrown instanceof SparkDevError ? thrown : new SparkDevError('INTERNAL', String(thrown));
    await end(error.code === 'INTERRUPTED' ? 'interrupted' : 'failed', error);
    throw thrown;
  }
}

function describe({ code, what, why, fix, log, exitCode }: SparkDevError): object {
  return { code, what, why, fix, log, exitCode };
}

export async function readStory(folder: string): Promise<RunStory> {
  const read = async (name: string): Promise<unknown> =>
    tryJson(await readFile(join(folder, name), 'utf8').catch(() => ''));
  const [spec, end] = await Promise.all([read(files.spec), read(files.end)]);
  return { spec: spec as Started | undefined, end: end as RunEnd | undefined };
}

export async function measure(folder: string): Promise<number> {
  const paths = await listFiles(folder).catch(() => []);
  const sizes = await Promise.all(
    paths.map((path) =>
      lstat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The same host, which notes the commands of a run in its folder: they carry it in their environment. */
export function recordCommands(host: Host): Host {
  const { runner, env, clock } = host;
  return {
    ...host,
    runner: {
      ...runner,
      async run(argv, options) {
        const folder = options?.env?.[runVariable];
        if (folder !== undefined) {
          const line = `${new Date(clock.now()).toISOString()} ${quoteArgv(maskArgv(argv, env))}\n`;
          await appendFile(join(folder, commandsFile), line, { mode: 0o600 }).catch(() => undefined);
        }
        return runner.run(argv, options);
      },
    },
  };
}

/** `orders-261130214210-7865-exec-2` → `exec-2`; pods of other names keep them. */
export function shortPodName(runFolder: string, pod: string): string {
  const own = `${basename(runFolder)}-`;
  return pod.startsWith(own) ? pod.slice(own.length) : pod;
}
