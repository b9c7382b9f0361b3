import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, delimiter, isAbsolute, join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Options } from 'execa';
import { quoteArgv } from '../errors/quote-argv.js';
import type { Argv, RunOptions, RunResult, Runner } from '../ports/runner.js';
import { collect, openChildLog } from './child-output.js';
import { endForeignProcess, isAlive } from './end-process.js';
import { ProcessGroup } from './process-group.js';
import { classifyChildEnd, type ChildEnd } from '../errors/known-issues.js';

/** How long output may still arrive after the child has ended: a descendant may hold the pipe forever. */
const drainMs = 500;

interface RunnerWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Children run in their own process group: only we receive a Ctrl-C, and forward it once. */
export function createChildRunner(world: RunnerWorld): Runner {
  return {
    which: (program, path = world.env['PATH']) => findProgram(program, path),
    run: (argv, options = {}) => run(world, argv, options),
    attach: (argv, options = {}) => attach(world, argv, options),
    detach: (argv, options) => detach(world, argv, options),
    isAlive,
    end: endForeignProcess,
  };
}

/** Loaded with the first child. To end a child or keep its output is ours: execa knows no groups, and keeps the wrong end. */
async function loadExeca({ env }: RunnerWorld) {
  const { execa } = await import('execa');
  const bound = execa({ buffer: false, cleanup: false, extendEnv: false, forceKillAfterDelay: false, reject: false });
  return ([file = '', ...args]: Argv, place: Pick<RunOptions, 'env' | 'cwd'>, options: Options) => {
    // execa enters a directory by its path, and ours may have been removed, or closed to us, since we began
    const ours = existsSync(`${process.cwd()}/.`) ? process.cwd() : '/';
    return bound(file, args, { ...options, env: { ...env, ...place.env }, cwd: place.cwd ?? ours });
  };
}

type Start = Awaited<ReturnType<typeof loadExeca>>;

async function run(world: RunnerWorld, argv: Argv, options: RunOptions): Promise<RunResult> {
  const start = await loadExeca(world);
  const isCancelled = (): boolean => options.signal?.aborted === true;
  if (isCancelled()) throw unstarted(argv, { cancelled: true });
  const log = options.logFile === undefined ? undefined : openChildLog(options.logFile, argv, options.onLogLost);
  const child = startWithFiles(start, argv, options);
  const group = new ProcessGroup(child.pid);
  const over = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    const onAbort = (): void => {
      group.interrupt();
      resolve();
    };
    options.signal?.addEventListener('abort', onAbort, { once: true, signal: over.signal });
  });
  letGoOfPipes(child);
  const read = (from: 'stdout' | 'stderr'): Promise<string> => {
    // what did not start, or writes into a file, has nothing to read
    const isRead = child.pid !== undefined && child[from] !== null;
    return collect(isRead ? child.iterable({ from, binary: true }) : [], from, { log, options, aborted });
  };
  try {
    const [ended, stdout, stderr] = await Promise.all([child, read('stdout'), read('stderr')]);
    if (ended.timedOut) group.kill();
    const { exitCode, signal, originalMessage = '' } = ended;
    const notFound = child.pid === undefined && isMissing(ended.code, options);
    const end: ChildEnd = {
      argv,
      exitCode,
      stdout,
      stderr: child.pid === undefined ? originalMessage : stderr,
      notFound,
      cancelled: isCancelled(),
      ...(ended.timedOut && options.timeoutMs !== undefined ? { timedOutAfterMs: options.timeoutMs } : {}),
      ...(signal === undefined ? {} : { signal }),
      ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
    };
    const failure = classifyChildEnd(end, options.accept);
    if (failure !== undefined) throw failure;
    return { exitCode: exitCode ?? 0, stdout, stderr, tookMs: ended.durationMs };
  } finally {
    if (options.lifeline === true && !isCancelled()) group.kill();
    await group.settle();
    over.abort();
    log?.close();
  }
}

/** execa takes any, but its types know these alone. */
type Descriptor = 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Files are handed to the child as they are: with execa's `{ file }`, gigabytes would pass through us. */
function startWithFiles(start: Start, argv: Argv, options: RunOptions) {
  const {
    inputStream,
    input = inputStream,
    holdsStdin = false,
    inheritsStdin = false,
    stdinFile,
    stdoutFile,
    timeoutMs,
  } = options;
  const opened: number[] = [];
  const open = (path: string, flags: string): Descriptor => {
    opened.push(openSync(path, flags, 0o600));
    return opened.at(-1) as Descriptor;
  };
  try {
    const usual = inheritsStdin ? 'inherit' : 'ignore';
    const stdin = input !== undefined || holdsStdin ? 'pipe' : usual;
    if (stdoutFile !== undefined) rmSync(stdoutFile, { force: true });
    return start(argv, options, {
      ...(input === undefined ? {} : { input }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
      detached: true,
      stdio: [
        stdinFile === undefined ? stdin : open(stdinFile, 'r'),
        stdoutFile === undefined ? 'pipe' : open(stdoutFile, 'wx'),
        'pipe',
        ...(options.lifeline === true ? (['pipe'] as const) : []),
      ],
    });
  } finally {
    opened.forEach(closeSync);
  }
}

/** execa waits for the end of the output, which a descendant can put off for ever (https://github.com/sindresorhus/execa/issues/1191). */
function letGoOfPipes(child: Pick<ChildProcess, 'once' | 'stdout' | 'stderr' | 'stdio'>): void {
  child.once('exit', () => {
    const lifeline = child.stdio[3];
    if (lifeline instanceof Duplex) lifeline.destroy();
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, drainMs);
    child.once('close', () => {
      clearTimeout(timer);
    });
  });
}

async function attach(world: RunnerWorld, argv: Argv, options: Parameters<Runner['attach']>[1] = {}): Promise<number> {
  const start = await loadExeca(world);
  const held = (): void => undefined;
  process.on('SIGINT', held);
  try {
    const cancel = options.signal === undefined ? {} : { cancelSignal: options.signal };
    const child = start(argv, options, { ...cancel, stdio: 'inherit' });
    const { exitCode = 1 } = await child;
    if (child.pid === undefined) throw unstarted(argv, { notFound: true });
    return exitCode;
  } finally {
    process.off('SIGINT', held);
  }
}

async function detach(world: RunnerWorld, argv: Argv, options: Parameters<Runner['detach']>[1]): Promise<number> {
  const start = await loadExeca(world);
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600) as Descriptor;
  try {
    const lifeline = options.lifeline === true ? (['pipe'] as const) : [];
    const child = start(argv, options, { detached: true, stdio: ['ignore', log, log, ...lifeline] });
    if (child.pid === undefined) throw unstarted(argv, { notFound: true });
    child.unref();
    letUsEnd(child);
    return child.pid;
  } finally {
    closeSync(log);
  }
}

/** Its lifeline does not keep us. */
function letUsEnd({ stdio }: Pick<ChildProcess, 'stdio'>): void {
  if (stdio[3] instanceof Socket) stdio[3].unref();
}

/** A missing working directory also gives ENOENT. */
function isMissing(code: string | undefined, { cwd }: RunOptions): boolean {
  return (code === 'ENOENT' || code === 'EACCES') && (cwd === undefined || existsSync(cwd));
}

function unstarted(argv: Argv, why: Pick<ChildEnd, 'cancelled' | 'notFound'>): Error {
  return classifyChildEnd({ argv, exitCode: undefined, stdout: '', stderr: '', ...why }) ?? new Error(quoteArgv(argv));
}

/** Like execvp: the first executable file of that name on the path. */
async function findProgram(program: string, path = ''): Promise<string | undefined> {
  const directories = path.split(delimiter).filter((part) => part !== '');
  const candidates = isAbsolute(program) ? [program] : directories.map((directory) => join(directory, program));
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
