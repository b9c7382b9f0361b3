import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import {
  goBuildArgv,
  fetchModulesArgv,
  goEnv,
  listStalePackagesArgv,
  countModules,
  parseDownloadLine,
} from './argv.js';
import { listLines } from '../../text/words.js';
import type { Argv, RunOptions, RunResult } from '../../ports/runner.js';
import { workVariable } from '../half-made.js';
import type { SourceTool } from '../source-tools.js';
import { describeBuiltTool, findBuiltTool, moduleDirectory, placeTool, type BuiltTool } from '../tool-directory.js';
import { SparkDevError, type ErrorCode } from '../../errors/spark-dev-error.js';

export interface GoBuildOptions {
  readonly signal?: AbortSignal | undefined;
  /** `total` is an upper bound; cached packages are not counted. */
  readonly onProgress?: (note: string, count: number, total: number) => void;
}

export function buildLogFile(host: Pick<Host, 'directories'>, tool: SourceTool): string {
  return join(host.directories.state, 'logs', 'toolchain', `${tool.name}.log`);
}

/** Network only: downloads all modules of a tool into our module cache, so that it can run during another's compilation. */
export async function fetchModules(
  host: Host,
  go: string,
  tool: SourceTool,
  { signal, onProgress }: GoBuildOptions = {},
): Promise<void> {
  const module = moduleDirectory(host, tool);
  const total = countModules(await readFile(join(module, 'go.sum'), 'utf8').catch(() => ''));
  let count = 0;
  const onLine = (line: string): void => {
    const name = parseDownloadLine(line);
    if (name === undefined) return;
    count += 1;
    onProgress?.(`downloading ${name}`, count, Math.max(count, total));
  };
  await runGo(host, tool, fetchModulesArgv(go, module), { signal, onLine });
}

/** Needs no network; run once before, so that two parallel builds do not both compile it. */
export async function compileStandardLibrary(
  host: Host,
  go: string,
  tool: SourceTool,
  signal: AbortSignal,
): Promise<void> {
  await runGo(host, tool, [go, 'build', '-C', moduleDirectory(host, tool), '-trimpath', 'std'], { signal });
}

export async function buildTool(
  host: Host,
  go: string,
  tool: SourceTool,
  options: GoBuildOptions = {},
): Promise<BuiltTool> {
  const found = await findBuiltTool(host, tool);
  if (found !== undefined) return found;
  const built = await describeBuiltTool(host, tool);
  const build = async (work: string): Promise<void> => {
    await compile(host, go, tool, work, options);
    for (const [name, builtAs] of Object.entries(tool.builtAs ?? {}))
      await rename(join(work, builtAs), join(work, name));
  };
  await placeTool(host, built.directory, build, async () => (await findBuiltTool(host, tool)) !== undefined);
  return built;
}

async function compile(
  host: Host,
  go: string,
  tool: SourceTool,
  output: string,
  { signal, onProgress }: GoBuildOptions,
): Promise<void> {
  const module = moduleDirectory(host, tool);
  const stale = new Set(listLines((await runGo(host, tool, listStalePackagesArgv(go, module), { signal })).stdout));
  let count = 0;
  onProgress?.('compiling', count, stale.size);
  const onLine = (line: string): void => {
    if (!stale.has(line)) return;
    count += 1;
    onProgress?.(count === stale.size ? 'linking' : `compiled ${line}`, count, stale.size);
  };
  await runGo(host, tool, goBuildArgv(go, module, output, tool), { signal, onLine, env: { [workVariable]: output } });
}

async function runGo(
  host: Host,
  tool: SourceTool,
  argv: Argv,
  { onLine, env, signal }: Pick<RunOptions, 'signal' | 'env'> & { readonly onLine?: (line: string) => void },
): Promise<RunResult> {
  const logFile = buildLogFile(host, tool);
  try {
    return await host.runner.run(argv, {
      env: { ...goEnv(host), ...env },
      signal,
      logFile,
      onLine: (line, stream) => {
        if (stream === 'stderr') onLine?.(line);
      },
    });
  } catch (error) {
    throw explainBuildFailure(error, tool, logFile);
  }
}

const networkTrouble =
  /dial tcp|proxyconnect|no such host|i\/o timeout|TLS handshake|x509:|\b(40[0-9]|410|50[0-9]) \w|module lookup disabled/;

/** A full disk, a missing network and a compile error need different advice; go's output tells which it is. */
export function explainBuildFailure(error: unknown, tool: SourceTool, log: string): unknown {
  if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') return error;
  const why = error.why ?? '';
  const title = `${tool.name} ${tool.version}`;
  const explain = (code: ErrorCode, what: string, ...fix: readonly string[]): SparkDevError =>
    new SparkDevError(code, what, { why, log, fix, cause: error });
  if (/no space left on device|disk quota exceeded/.test(why)) {
    const fix = 'Free at least 10 GB, then run it again: compiled packages are kept';
    return explain('DISK_FULL', `The disk is full while building ${title}`, fix);
  }
  if (/SECURITY ERROR|checksum mismatch/.test(why)) {
    const what = `A module of ${title} does not match its pinned checksum`;
    return explain('CHECKSUM_MISMATCH', what, 'Contact the operator of the module proxy', 'go env GOPROXY');
  }
  if (networkTrouble.test(why)) {
    const fix = ['go env GOPROXY', 'export GOPROXY=https://your-proxy', 'spark-dev init --yes'];
    return explain('DOWNLOAD_FAILED', `The modules of ${title} could not be downloaded`, ...fix);
  }
  return explain('BUILD_FAILED', `${title} could not be built`, 'spark-dev init --yes', 'spark-dev doctor');
}
