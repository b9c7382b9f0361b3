import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
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
 * program. When it has ended, or another JVM is asked for, a compiler runs by itself as usual; the next program starts a new one.
 */
export function withWarmCompiler(request: Omit<BuildRequest, 'job'>): Host {
  const { host, app, spark = sparkVersion, signal } = request;
  if (app.kind !== 'scala' && app.kind !== 'java') return host;
  const quiet = muted(host);
  const runtime = ensureSparkRuntime(quiet, spark, signal);
  let current: Promise<Server> | undefined;
  const start = async (): Promise<Server> => {
    const jar = await compileJar(quiet, serverOf(host), await runtime, signal);
    return startServer(host, { jvm: jvmArgv(await runtime), jar, signal }, () => {
      current = undefined;
    });
  };
  const run: Runner['run'] = async (argv, options = {}) => {
    if (!argv.some((word) => compilers.has(word))) return host.runner.run(argv, options);
    const server = await (current ??= start()).catch(() => undefined);
    return (await server?.compile(argv, options)) ?? host.runner.run(argv, options);
  };
  const warmUp = async (): Promise<void> => {
    current = start();
    await current;
    const jar = await jarPath(host, app, (await runtime).distribution);
    // otherwise its build comes now
    if (!(await isSoundJar(jar))) return;
    const unused = halfMadeName(jar);
    await mkdir(unused, { recursive: true });
    await run(await compileArgv(app, await runtime, unused), { signal }).finally(() => rm(unused, { recursive: true }));
  };
  warmUp().catch(() => undefined);
  return { ...host, runner: { ...host.runner, run } };
}

/** Compiled once for each Spark, as its Scala is. */
function serverOf({ directories }: Host): SourceApplication {
  const source = join(directories.package, 'programs', 'CompileServer.scala');
  return { kind: 'scala', name: 'compile-server', source, mainClass: 'CompileServer' };
}

interface Server {
  /** As Runner.run does; undefined if it cannot. */
  compile(argv: Argv, options: RunOptions): Promise<RunResult | undefined>;
}

const mark = '\u0004';
/** A small program is compiled by then; a large one costs the JVM. */
const cancelledWithinMs = 600;

function startServer(
  { runner, clock }: Host,
  { jvm, jar, signal }: { readonly jvm: Argv; readonly jar: string; readonly signal: AbortSignal },
  onEnd: () => void,
): Server {
  const requests = new PassThrough();
  // it has ended, which `ended` tells
  requests.on('error', () => undefined);
  const stop = new AbortController();
  let hear: (line: string) => void = () => undefined;
  const ended = runner
    .run([...jvm.slice(0, -1), `${jar}${delimiter}${jvm.at(-1) ?? ''}`, 'CompileServer'], {
      inputStream: requests,
      signal: AbortSignal.any([signal, stop.signal]),
      onLine: (line) => {
        hear(line);
      },
    })
    .then(onEnd, onEnd);
  /** Its exit code. */
  const ask = (words: Argv, onLine: (line: string) => void): Promise<number | undefined> => {
    const answer = new Promise<number>((resolve) => {
      hear = (line) => {
        const [text = '', exitCode] = line.split(mark);
        if (text !== '' || exitCode === undefined) onLine(text);
        if (exitCode !== undefined) resolve(Number(exitCode));
      };
    });
    requests.write(`${words.map(encodeURIComponent).join(' ')}\n`);
    return Promise.race([answer, ended.then(() => undefined)]);
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    async compile(argv, options) {
      const isCancelled = (): boolean => options.signal?.aborted === true;
      if (isCancelled() || !jvm.every((word, index) => word === argv[index])) return undefined;
      const printed: string[] = [];
      const startedAt = clock.now();
      const asked = turn.then(() =>
        ask(argv.slice(jvm.length), (line) => {
          printed.push(line);
          options.onLine?.(line, 'stdout');
        }),
      );
      turn = asked;
      const over = new AbortController();
      const stopSoon = (): void => {
        clock.sleep(cancelledWithinMs, over.signal).then(
          () => {
            stop.abort();
          },
          () => undefined,
        );
      };
      options.signal?.addEventListener('abort', stopSoon, { once: true, signal: over.signal });
      const exitCode = await asked;
      over.abort();
      if (exitCode === undefined && !isCancelled()) return undefined;
      const end = { argv, exitCode, stdout: printed.join('\n'), stderr: '', cancelled: isCancelled() };
      const failure = classifyChildEnd(end, options.accept);
      if (failure !== undefined) throw failure;
      return { exitCode: exitCode ?? 0, stdout: end.stdout, stderr: '', tookMs: clock.now() - startedAt };
    },
  };
}
