import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname, delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { classifyChildEnd, type ChildEnd } from '../errors/tool-failed.js';
import { quoteArgv } from '../errors/quote-argv.js';
import type { Argv, RunOptions, RunResult, Runner } from '../ports/runner.js';
import { openChildLog } from './child-log.js';
import { collect } from './child-output.js';
import { endForeignProcess } from './end-process.js';
import { ProcessGroup } from './process-group.js';
import { access, constants, stat } from 'node:fs/promises';

/** How long output may still arrive after the child has ended: a descendant may hold the pipe forever. */
const drainMs = 500;
const drainStepMs = 50;

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
    end: endForeignProcess,
  };
}

async function run(world: RunnerWorld, argv: Argv, options: RunOptions): Promise<RunResult> {
  const isCancelled = (): boolean => options.signal?.aborted === true;
  if (isCancelled()) throw failureOf({ ...unstarted(argv), cancelled: true });
  const [file = '', ...args] = argv;
  const startedAt = performance.now();
  const log = options.logFile === undefined ? undefined : openChildLog(options.logFile, argv, options.onLogLost);
  const child = spawnWithFiles(file, args, { ...placeOf(world, options), detached: true }, options);
  const group = new ProcessGroup(child.pid);
  if (child.stdin !== null) feed(child.stdin, options);
  const held = new Set<Readable>();
  const stdout = collect(child.stdout, 'stdout', { log, options, held });
  const stderr = collect(child.stderr, 'stderr', { log, options, held });
  let timedOutAfterMs: number | undefined;
  const timer = setTimer(options.timeoutMs, (ms) => {
    timedOutAfterMs = ms;
    group.kill();
  });
  const onAbort = (): void => {
    group.interrupt();
    for (const stream of held) stream.resume();
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { exitCode, signal, problem } = await waitForEnd(child, () => held.size > 0 && !isCancelled());
    await group.settle();
    const end: ChildEnd = {
      argv,
      exitCode,
      stdout: stdout.text(),
      stderr: problem === undefined || isMissing(problem, options) ? stderr.text() : problem.message,
      notFound: isMissing(problem, options),
      cancelled: isCancelled(),
      ...(timedOutAfterMs === undefined ? {} : { timedOutAfterMs }),
      ...(signal === undefined ? {} : { signal }),
      ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
    };
    const failure = classifyChildEnd(end, options.accept);
    if (failure !== undefined) throw failure;
    return { exitCode: exitCode ?? 0, stdout: end.stdout, stderr: end.stderr, tookMs: performance.now() - startedAt };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    log?.close();
  }
}

/** Files are passed to the child directly, so that gigabytes do not go through us. */
function spawnWithFiles(
  file: string,
  args: readonly string[],
  place: SpawnOptions,
  { stdinFile, stdoutFile }: RunOptions,
): ChildProcess {
  const opened: number[] = [];
  const open = (path: string, flags: string): number => {
    const descriptor = openSync(path, flags, 0o600);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const stdin = stdinFile === undefined ? 'pipe' : open(stdinFile, 'r');
    if (stdoutFile !== undefined) rmSync(stdoutFile, { force: true });
    const stdout = stdoutFile === undefined ? 'pipe' : open(stdoutFile, 'wx');
    return spawn(file, args, { ...place, stdio: [stdin, stdout, 'pipe'] });
  } finally {
    opened.forEach(closeSync);
  }
}

interface Ending {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly problem: NodeJS.ErrnoException | undefined;
}

/** Ends with the output, or half a second after the child if something else holds the pipe. */
function waitForEnd(child: ChildProcess, isHeld: () => boolean): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (problem) => {
      resolve({ exitCode: undefined, signal: undefined, problem });
    });
    child.once('exit', (exitCode, signal) => {
      let leftMs = drainMs;
      const timer = setInterval(() => {
        // time in which our own reader blocks us does not count: data in the pipe is still the child's
        if (!isHeld()) leftMs -= drainStepMs;
        if (leftMs > 0) return;
        child.stdout?.destroy();
        child.stderr?.destroy();
        settle();
      }, drainStepMs);
      const settle = (): void => {
        clearInterval(timer);
        resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, problem: undefined });
      };
      child.once('close', settle);
    });
  });
}

function feed(stdin: Writable, { input = '', holdsStdin = false }: RunOptions): void {
  // a child that ends without reading is judged by its exit code
  stdin.on('error', () => undefined);
  if (!holdsStdin) stdin.end(input);
}

async function attach(
  world: RunnerWorld,
  argv: Argv,
  options: Pick<RunOptions, 'env' | 'cwd' | 'signal'>,
): Promise<number> {
  const [file = '', ...args] = argv;
  const held = (): void => undefined;
  process.on('SIGINT', held);
  let end = held;
  try {
    const child = spawn(file, args, { ...placeOf(world, options), stdio: 'inherit' });
    await untilStarted(child, argv);
    end = (): void => {
      child.kill('SIGTERM');
    };
    options.signal?.addEventListener('abort', end, { once: true });
    if (options.signal?.aborted === true) end();
    return await new Promise((resolve) => {
      child.once('exit', (exitCode) => {
        resolve(exitCode ?? 1);
      });
    });
  } finally {
    process.off('SIGINT', held);
    options.signal?.removeEventListener('abort', end);
  }
}

async function detach(world: RunnerWorld, argv: Argv, options: Parameters<Runner['detach']>[1]): Promise<number> {
  const [file = '', ...args] = argv;
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = spawn(file, args, { ...placeOf(world, options), detached: true, stdio: ['ignore', log, log] });
    await untilStarted(child, argv);
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(log);
  }
}

async function untilStarted(child: ChildProcess, argv: Argv): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', () => {
      reject(failureOf({ ...unstarted(argv), notFound: true }));
    });
  });
}

/** A missing working directory also gives ENOENT. */
function isMissing(problem: NodeJS.ErrnoException | undefined, options: Pick<RunOptions, 'cwd'>): boolean {
  if (problem?.code !== 'ENOENT' && problem?.code !== 'EACCES') return false;
  return options.cwd === undefined || existsSync(options.cwd);
}

function unstarted(argv: Argv): ChildEnd {
  return { argv, exitCode: undefined, stdout: '', stderr: '' };
}

function failureOf(end: ChildEnd): Error {
  return classifyChildEnd(end) ?? new Error(quoteArgv(end.argv));
}

function setTimer(ms: number | undefined, onTime: (ms: number) => void): NodeJS.Timeout | undefined {
  return ms === undefined ? undefined : setTimeout(onTime, ms, ms);
}

function placeOf(world: RunnerWorld, place: { readonly env?: RunOptions['env']; readonly cwd?: string }): SpawnOptions {
  return { env: { ...world.env, ...place.env }, ...(place.cwd === undefined ? {} : { cwd: place.cwd }) };
}

/** Like execvp: the first executable file of that name on the path. */
async function findProgram(program: string, path = ''): Promise<string | undefined> {
  if (isAbsolute(program)) return (await isExecutable(program)) ? program : undefined;
  for (const directory of path.split(delimiter).filter((part) => part !== '')) {
    const candidate = join(directory, program);
    if (await isExecutable(candidate)) return candidate;
  }
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
