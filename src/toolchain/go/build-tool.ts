import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import { explainBuildFailure } from './build-failure.js';
import { goBuildArgv, buildStandardLibraryArgv, fetchModulesArgv, goEnv, listStalePackagesArgv } from './argv.js';
import { countModules, parseDownloadLine, parsePackages } from './output.js';
import { workVariable } from '../half-made.js';
import type { SourceTool } from '../source-tools.js';
import { describeBuiltTool, findBuiltTool, moduleDirectory, placeTool, type BuiltTool } from '../tool-directory.js';

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
  options: GoBuildOptions = {},
): Promise<void> {
  const directory = moduleDirectory(host, tool);
  const total = countModules(await readFile(join(directory, 'go.sum'), 'utf8').catch(() => ''));
  let count = 0;
  await runGo(host, tool, fetchModulesArgv(go, directory), options, (line) => {
    const module = parseDownloadLine(line);
    if (module === undefined) return;
    count += 1;
    options.onProgress?.(`downloading ${module}`, count, Math.max(count, total));
  });
}

/** Needs no network; run once before, so that two parallel builds do not both compile it. */
export async function compileStandardLibrary(
  host: Host,
  go: string,
  tool: SourceTool,
  options: GoBuildOptions = {},
): Promise<void> {
  await runGo(host, tool, buildStandardLibraryArgv(go, moduleDirectory(host, tool)), options);
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
  await placeTool(host, built.directory, async (work) => {
    await compile(host, go, tool, work, options);
    for (const [name, builtAs] of Object.entries(tool.builtAs ?? {}))
      await rename(join(work, builtAs), join(work, name));
  });
  return built;
}

async function compile(
  host: Host,
  go: string,
  tool: SourceTool,
  output: string,
  options: GoBuildOptions,
): Promise<void> {
  const module = moduleDirectory(host, tool);
  const listed = await runGo(host, tool, listStalePackagesArgv(go, module), options);
  const stale = parsePackages(listed.stdout);
  let count = 0;
  options.onProgress?.('compiling', count, stale.size);
  const onLine = (line: string): void => {
    if (!stale.has(line)) return;
    count += 1;
    options.onProgress?.(count === stale.size ? 'linking' : `compiled ${line}`, count, stale.size);
  };
  await runGo(host, tool, goBuildArgv(go, module, output, tool), options, onLine, { [workVariable]: output });
}

async function runGo(
  host: Host,
  tool: SourceTool,
  argv: readonly string[],
  { signal }: GoBuildOptions,
  onLine: (line: string) => void = () => undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly stdout: string }> {
  const logFile = buildLogFile(host, tool);
  try {
    return await host.runner.run(argv, {
      env: { ...goEnv(host), ...env },
      signal,
      logFile,
      onLine: (line, stream) => {
        if (stream === 'stderr') onLine(line);
      },
    });
  } catch (error) {
    throw explainBuildFailure(error, tool, logFile);
  }
}
