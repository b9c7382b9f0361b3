import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterEach } from 'vitest';
import { quoteArgv } from '../../src/errors/quote-argv.js';
import type { Argv, RunOptions, RunResult, Runner } from '../../src/ports/runner.js';
import { classifyChildEnd, type ChildEnd } from '../../src/errors/known-issues.js';

export interface Scripted {
  /** The argv must begin with these words. */
  readonly argv: Argv;
  /** And this must be true of it. */
  readonly matches?: (argv: Argv) => boolean;
  readonly exitCode?: number;
  /** It is killed by this one, and has no exit code. */
  readonly signal?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Never ends by itself: only a time-out or an abort ends it. */
  readonly hangs?: boolean;
  /** What the program does to the world. */
  readonly does?: (argv: Argv, options: RunOptions) => void | Promise<void>;
  /** In place of the answers above, where they depend on the call; undefined leaves it to the next entry. */
  readonly answers?: (argv: Argv, options: RunOptions) => Answer | undefined;
  /** Answers once, then the next matching entry counts. */
  readonly once?: boolean;
}

export type Answer = Pick<Scripted, 'exitCode' | 'stdout' | 'stderr'>;

export interface FakeRunner extends Runner {
  readonly calls: readonly { readonly argv: Argv; readonly options: RunOptions }[];
  readonly detached: readonly Argv[];
  readonly ended: readonly number[];
}

const refused: string[] = [];

/** The lines that no entry knew, each once; a test that leaves one here fails. */
export function takeRefused(): readonly string[] {
  return refused.splice(0);
}

afterEach(() => {
  const lines = takeRefused();
  if (lines.length > 0) throw new Error(`The fakes do not know:\n${lines.join('\n')}`);
});

/** Each line of these must be known: an entry of the bare program only installs it, unless it always fails. */
function onlyInstalls(script: Scripted): boolean {
  if (!['docker', 'kubectl', 'minikube'].includes(basename(script.argv[0] ?? ''))) return false;
  const isBare =
    script.argv.slice(1).every((word) => word.startsWith('--')) &&
    script.matches === undefined &&
    script.answers === undefined;
  return isBare && (script.exitCode ?? 0) === 0 && script.hangs !== true && script.signal === undefined;
}

/** An entry for lines of kubectl that begin like this one when flags are left out, the pins among them. */
export function kubectlLine(line: string, answer: Omit<Partial<Scripted>, 'argv' | 'matches'> = {}): Scripted {
  const begins = (argv: Argv): boolean =>
    argv
      .filter((word) => !word.startsWith('--'))
      .join(' ')
      .startsWith(line);
  return { ...answer, argv: line.split(' ').slice(0, 1), matches: begins };
}

/**
 * Programs by the beginning of their argv; one without an entry is not installed. The first entry that knows a line answers;
 * a line that none knows fails the test, whatever the code under test makes of the error.
 */
export function createFakeRunner(scripts: readonly Scripted[]): FakeRunner {
  const calls: { argv: Argv; options: RunOptions }[] = [];
  const detached: Argv[] = [];
  const ended: number[] = [];
  let isKilled = false;
  const used = new Set<Scripted>();
  const find = (argv: Argv, options: RunOptions = {}): Scripted => {
    for (const script of scripts) {
      if (used.has(script) || onlyInstalls(script)) continue;
      if (!script.argv.every((word, index) => argv[index] === word) || script.matches?.(argv) === false) continue;
      const said = script.answers === undefined ? script : script.answers(argv, options);
      if (said === undefined) continue;
      if (script.once === true) used.add(script);
      return said === script ? script : { ...said, argv, ...(script.does && { does: script.does }) };
    }
    refused.push(argv.join(' '));
    throw new Error(`The fakes do not know: ${argv.join(' ')}`);
  };
  const isInstalled = (program = ''): boolean =>
    scripts.some(({ argv: [scripted = ''] }) => program === scripted || program === `/usr/bin/${scripted}`);
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    calls.push({ argv, options });
    const played = await play(argv, options, find, isInstalled(argv[0]));
    if (options.stdoutFile !== undefined) {
      rmSync(options.stdoutFile, { force: true });
      writeFileSync(options.stdoutFile, played.stdout, { mode: 0o600 });
    }
    const end = options.stdoutFile === undefined ? played : { ...played, stdout: '' };
    if (end.stdout !== '') options.onOutput?.(Buffer.from(`${end.stdout}\n`));
    for (const line of end.stdout.split('\n').filter((text) => text !== '')) options.onLine?.(line, 'stdout');
    for (const line of end.stderr.split('\n').filter((text) => text !== '')) options.onLine?.(line, 'stderr');
    if (options.logFile !== undefined) appendLog(options.logFile, end, options.onLogLost);
    const failure = classifyChildEnd(end, options.accept);
    if (failure !== undefined) throw failure;
    return { exitCode: end.exitCode ?? 0, stdout: end.stdout, stderr: end.stderr, tookMs: 1 };
  };
  const everyCode = Array.from({ length: 256 }, (_, code) => code);
  return {
    calls,
    detached,
    ended,
    run,
    attach: async (argv, options) => (await run(argv, { ...options, accept: everyCode })).exitCode,
    async detach(argv, { logFile }) {
      detached.push(argv);
      mkdirSync(dirname(logFile), { recursive: true });
      writeFileSync(logFile, '', { flag: 'a' });
      if (!isInstalled(argv[0]))
        throw classifyChildEnd({ ...nothing(argv), notFound: true }) ?? new Error('not installed');
      const { does, signal } = find(argv);
      await does?.(argv, {});
      isKilled = signal !== undefined;
      return 4242;
    },
    isAlive: () => !isKilled,
    // what ending does to the world is scripted as `kill PID`
    async end(pid) {
      ended.push(pid);
      if (isInstalled('kill')) await find(['kill', String(pid)]).does?.(['kill', String(pid)], {});
      return true;
    },
    which: (program) => Promise.resolve(isInstalled(program) ? `/usr/bin/${program}` : undefined),
  };
}

/** Lets a scripted program happen: it ends by itself, by the signal, or by the time-out, which comes at once here. */
async function play(
  argv: Argv,
  options: RunOptions,
  find: (argv: Argv, options: RunOptions) => Scripted,
  installed: boolean,
): Promise<ChildEnd> {
  const log = options.logFile === undefined ? {} : { logFile: options.logFile };
  const isAborted = (): boolean => options.signal?.aborted === true;
  if (isAborted()) return { ...nothing(argv), cancelled: true, ...log };
  if (!installed) return { ...nothing(argv), notFound: true, ...log };
  const script = find(argv, options);
  await script.does?.(argv, options);
  if (script.hangs === true && options.timeoutMs === undefined) await abortOf(options.signal, argv);
  const timedOut = script.hangs === true && !isAborted();
  return {
    argv,
    exitCode: script.hangs === true || script.signal !== undefined ? undefined : (script.exitCode ?? 0),
    stdout: script.stdout ?? '',
    stderr: script.stderr ?? '',
    cancelled: isAborted(),
    ...(script.signal === undefined ? {} : { signal: script.signal }),
    ...(timedOut ? { timedOutAfterMs: options.timeoutMs ?? 0 } : {}),
    ...log,
  };
}

function nothing(argv: Argv): ChildEnd {
  return { argv, exitCode: undefined, stdout: '', stderr: '' };
}

async function abortOf(signal: AbortSignal | undefined, argv: Argv): Promise<void> {
  if (signal === undefined) throw new Error(`${argv.join(' ')} would hang for ever: give it a signal or a time-out`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function appendLog(path: string, end: ChildEnd, onLost: RunOptions['onLogLost']): void {
  const parts = [`$ ${quoteArgv(end.argv)}`, end.stdout, end.stderr].filter((part) => part !== '');
  try {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, parts.map((part) => `${part}\n`).join(''));
  } catch (error) {
    onLost?.(`The log ${path} is incomplete: ${error instanceof Error ? error.message : String(error)}`);
  }
}
