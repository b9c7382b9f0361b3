import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { buildTool, compileStandardLibrary, fetchModules, type BuildOptions } from './build-tool.js';
import { createSlots } from './slots.js';
import type { SourceTool, SourceToolName } from '../source-tools.js';
import { findBuiltTool, type BuiltTool } from '../tool-directory.js';

/** One promise a tool, so that whoever needs only pause need not wait for Kubernetes. */
export type ToolBuilds = ReadonlyMap<SourceToolName, Promise<BuiltTool>>;

/** Two links of Kubernetes side by side stay below this. */
const memoryMbForTwo = 6000;

/** Linking uses one core, so a second build fills the others. */
export function buildSlots(platform: Pick<Host['platform'], 'memoryMb'>): number {
  return platform.memoryMb >= memoryMbForTwo ? 2 : 1;
}

/**
 * Starts all builds and returns at once. Modules are fetched one tool after the other, ahead of the compilers; Go is
 * asked for only when something has to be built; the first failure stops the rest and is the error of each.
 */
export function startBuilds(
  host: Host,
  tools: readonly SourceTool[],
  provideGo: (signal: AbortSignal) => Promise<{ readonly path: string }>,
  signal?: AbortSignal,
): ToolBuilds {
  const stop = new AbortController();
  const both = AbortSignal.any(signal === undefined ? [stop.signal] : [signal, stop.signal]);
  const fetchSlot = createSlots(1);
  const compileSlot = createSlots(buildSlots(host.platform));
  let goOnce: Promise<{ readonly path: string }> | undefined;
  let warmOnce: Promise<void> | undefined;

  // All are looked up before any is queued, so that the queue has the order of the list.
  const found = Promise.all(tools.map((tool) => findBuiltTool(host, tool)));

  const build = async (tool: SourceTool, index: number): Promise<BuiltTool> => {
    const built = (await found)[index];
    if (built !== undefined) return built;
    const go = (await (goOnce ??= provideGo(both))).path;
    let report: BuildOptions['onProgress'];
    const options: BuildOptions = { signal: both, onProgress: (...progress) => report?.(...progress) };
    const ready =
      tool.isManaged === true
        ? Promise.resolve([])
        : Promise.all([
            fetchSlot(() => fetchModules(host, go, tool, options)),
            (warmOnce ??= compileStandardLibrary(host, go, tool, { signal: both })),
          ]);
    ready.catch(() => undefined);
    return compileSlot(async () => {
      both.throwIfAborted();
      return inStep(host, `Build ${tool.name} ${tool.version}`, async (step) => {
        report = step.progress;
        await ready;
        return buildTool(host, go, tool, options);
      });
    });
  };

  return new Map(
    tools.map((tool, index) => {
      const result = build(tool, index).catch((error: unknown) => {
        if (!both.aborted) stop.abort(error);
        throw stop.signal.aborted ? stop.signal.reason : error;
      });
      result.catch(() => undefined);
      return [tool.name, result];
    }),
  );
}
