import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { buildTool, compileStandardLibrary, fetchModules, type GoBuildOptions } from './build-tool.js';
import { createSlots } from '../../time/slots.js';
import type { SourceTool, SourceToolName } from '../source-tools.js';
import { findBuiltTool, type BuiltTool } from '../tool-directory.js';

/** One promise per tool, so that a build that only needs pause does not wait for Kubernetes. */
export type ToolBuilds = ReadonlyMap<SourceToolName, Promise<BuiltTool>>;

/** Two link steps of Kubernetes at once stay below this. */
const memoryMbForTwo = 6000;

/** Linking uses one core, so a second build fills the others. */
export function buildSlots(platform: Pick<Host['platform'], 'memoryMb'>): number {
  return platform.memoryMb >= memoryMbForTwo ? 2 : 1;
}

/**
 * Starts all builds and returns at once. Downloads modules for one tool after the other, ahead of the compilers. Requests Go only
 * if something must be built. The first failure stops the rest and is the error of each.
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

  // Looks up all tools before queuing any, so that the queue has the order of the list.
  const found = Promise.all(tools.map((tool) => findBuiltTool(host, tool)));

  const build = async (tool: SourceTool, index: number): Promise<BuiltTool> => {
    const built = (await found)[index];
    if (built !== undefined) return built;
    const go = (await (goOnce ??= provideGo(both))).path;
    let report: GoBuildOptions['onProgress'];
    const options: GoBuildOptions = { signal: both, onProgress: (...progress) => report?.(...progress) };
    const ready =
      tool.isManaged === true
        ? Promise.resolve([])
        : Promise.all([
            fetchSlot(() => fetchModules(host, go, tool, options)),
            (warmOnce ??= compileStandardLibrary(host, go, tool, both)),
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
