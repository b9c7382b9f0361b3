import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { classifyChildEnd } from '../errors/known-issues.js';
import type { Host } from '../ports/host.js';
import type { Argv, RunOptions, RunResult, Runner } from '../ports/runner.js';
import { muted } from '../steps/quiet.js';
import { halfMadeName } from '../toolchain/half-made.js';
import { ensureSparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion } from '../toolchain/spark/versions.js';
import type { BuildRequest } from './build/products.js';
import { compileArgv, compileJar, compilers, isSoundJar, jarPath, jvmArgv, type SourceApplication } from './compile.js';

/**
 * The same host, whose compilers of Scala and Java stay in one JVM until the signal. It starts at once, and is warm after its first
 * program. Where it ended or another JVM is asked for, the compiler runs by itself as usual; the next program starts a new one.
 */
export function withWarmCompiler(request: Omit<BuildRequest, 'job'>): Host {
  const { host, app, spark = sparkVersion, signal } = request;
  if (app.kind !== 'scala' && app.kind !== 'java') return host;
  let current: Promise<Server> | undefined;
  const start = async (): Promise<Server> => {
    const quiet = muted(host);
    const runtime = await ensureSparkRuntime(quiet, spark, signal);
    const jar = await compileJar(quiet, serverOf(host), runtime, signal);
    return startServer(host, { jvm: jvmArgv(runtime), jar, signal }, () => {
      current = undefined;
    });
  };
  const run: Runner['run'] = async (argv, options = {}) => {
    if (!argv.some((word) => compilers.has(word))) return host.runner.run(argv, options);
    const server = await (current ??= start()).catch(() => undefined);
    return (await server?.run(argv, options)) ?? host.runner.run(argv, options);
  };
  const warm = async (): Promise<void> => {
    const runtime = await ensureSparkRuntime(muted(host), spark, signal);
    const jar = await jarPath(host, app, runtime.distribution);
    // else the build that comes now warms it
    if (!(await isSoundJar(jar))) return;
    const unused = halfMadeName(jar);
    await mkdir(unused, { recursive: true });
    await run(await compileArgv(app, runtime, unused), { signal }).finally(() => rm(unused, { recursive: true }));
  };
  current = start();
  warm().catch(() => undefined);
  return { ...host, runner: { ...host.runner, run } };
}

/** Compiled once for each Spark, as its Scala is. */
function serverOf({ directories }: Host): SourceApplication {
  const source = join(directories.package, 'programs', 'CompileServer.scala');
  return { kind: 'scala', name: 'compile-server', source, mainClass: 'CompileServer' };
}

interface Server {
  /** Undefined if it cannot. */
  run(argv: Argv, options: RunOptions): Promise<RunResult | undefined>;
}

const mark = '\u0004';
/** A small program is compiled before that; a large one costs the JVM. */
const cancelledWithinMs = 600;

function startServer(
  { runner, clock }: Host,
  { jvm, jar, signal }: { readonly jvm: Argv; readonly jar: string; readonly signal: AbortSignal },
  onEnd: () => void,
): Server {
  const requests = new PassThrough();
  const stop = new AbortController();
  const front = [...jvm.slice(0, -1), `${jar}:${jvm.at(-1) ?? ''}`, 'CompileServer'];
  let hear: (line: string) => void = () => undefined;
  const ended = runner
    .run(front, {
      inputStream: requests,
      signal: AbortSignal.any([signal, stop.signal]),
      onLine: (line) => {
        hear(line);
      },
    })
    .catch(() => undefined)
    .then(onEnd);
  const ask = async (words: Argv, onLine: RunOptions['onLine']): Promise<number | undefined> => {
    const answer = new Promise<number>((resolve) => {
      hear = (line) => {
        const at = line.lastIndexOf(mark);
        const text = at === -1 ? line : line.slice(0, at);
        if (at === -1 || text !== '') onLine?.(text, 'stdout');
        if (at !== -1) resolve(Number(line.slice(at + 1)));
      };
    });
    requests.write(`${words.map(encodeURIComponent).join(' ')}\n`);
    return Promise.race([answer, ended.then(() => undefined)]);
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    async run(argv, options) {
      if (!jvm.every((word, index) => word === argv[index])) return undefined;
      const printed: string[] = [];
      const onLine: RunOptions['onLine'] = (line, from) => {
        printed.push(line);
        options.onLine?.(line, from);
      };
      const startedAt = clock.now();
      const over = new AbortController();
      const giveUp = (): void => {
        void clock.sleep(cancelledWithinMs, over.signal).then(
          () => {
            stop.abort();
          },
          () => undefined,
        );
      };
      options.signal?.addEventListener('abort', giveUp, { signal: over.signal });
      const asked = turn.then(() => ask(argv.slice(jvm.length), onLine));
      turn = asked;
      const exitCode = await asked;
      over.abort();
      const cancelled = options.signal?.aborted === true;
      if (exitCode === undefined && !cancelled) return undefined;
      const stdout = printed.join('\n');
      const failure = classifyChildEnd({ argv, exitCode, stdout, stderr: '', cancelled }, options.accept);
      if (failure !== undefined) throw failure;
      return { exitCode: exitCode ?? 0, stdout, stderr: '', tookMs: clock.now() - startedAt };
    },
  };
}
