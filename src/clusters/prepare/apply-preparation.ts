import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import { startBuilds, type ToolBuilds } from '../../toolchain/go/build-queue.js';
import { ensureEngine } from '../../toolchain/engine/engine.js';
import { ensureGo, requiredGoVersion } from '../../toolchain/go/toolchain.js';
import { sourceTool, sourceTools } from '../../toolchain/source-tools.js';
import { removeRuins } from '../delete-cluster.js';
import { performStep } from './ensure.js';
import type { Step } from './plan.js';
import type { Preparation, PreparationRequest } from './preparation.js';
import { planPreparation } from './prepare.js';
import { describeMinikube } from '../programs.js';
import { runSteps } from './run-steps.js';

export interface ApplyRequest extends PreparationRequest {
  readonly logFile: string;
  /** Told each step as it ends. */
  readonly onDone: (step: Step, tookMs: number) => void;
}

/**
 * Does what was planned, each step as soon as what it needs is there. Docker comes first and the plan is then made again,
 * because installing it brings new things to light; what needs no Docker (compiling, fetching Spark) begins before.
 */
export async function applyPreparation(host: Host, planned: Preparation, request: ApplyRequest): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const builds: ToolBuilds = planned.source === 'upstream' ? new Map() : beginBuilds(host, planned.steps, signal);
  const begun = new Map<string, Promise<void>>();
  const performIn =
    (preparation: Preparation) =>
    (step: Step): Promise<void> => {
      const earlier = begun.get(step.id);
      if (earlier !== undefined) return earlier;
      const running = timed(host, request, step, () =>
        performStep(workshopOf(host, preparation, builds, request), step, signal),
      );
      begun.set(step.id, running);
      running.catch((error: unknown) => {
        stop.abort(error);
      });
      return running;
    };
  try {
    let preparation = planned;
    if (planned.steps.some(({ work }) => work.kind === 'engine')) {
      for (const step of planned.steps.filter(needsNothing)) void performIn(planned)(step);
      await ensureEngine(host, {
        logFile: request.logFile,
        signal,
        ociRuntime: () => findOciRuntime(host, builds, signal),
        pullsRoot: planned.source === 'upstream' || !planned.steps.some(({ work }) => work.kind === 'image'),
      });
      await removeRuins(host, { signal, logFile: request.logFile });
      preparation = await planPreparation(host, { ...request, source: planned.source, signal });
    }
    await runSteps(preparation.steps, performIn(preparation), signal);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled([...begun.values(), ...builds.values()]);
    // The first failure is the reason; what came after it was only stopped.
    throw stop.signal.reason as Error;
  }
}

/** Docker alone, for what must be done before anything can be planned. */
export async function bringEngineUp(host: Host, requests: { readonly signal: AbortSignal }): Promise<void> {
  await ensureEngine(host, {
    logFile: join(host.directories.state, 'logs', 'engine.log'),
    signal: requests.signal,
    ociRuntime: () => findOciRuntime(host, new Map(), requests.signal),
  });
}

function needsNothing(step: Step): boolean {
  return step.work.kind === 'tool' || step.work.kind === 'spark-files';
}

export function beginBuilds(host: Host, steps: readonly Step[], signal: AbortSignal): ToolBuilds {
  const wanted = new Set(steps.flatMap(({ work }) => (work.kind === 'tool' ? [work.tool] : [])));
  const tools = sourceTools.filter(({ name }) => wanted.has(name));
  return startBuilds(host, tools, provideGo(host), signal);
}

function provideGo(host: Host): (signal: AbortSignal) => Promise<{ readonly path: string }> {
  return async (signal) => ensureGo(host, await requiredGoVersion(host), { signal });
}

async function findOciRuntime(host: Host, builds: ToolBuilds, signal: AbortSignal): Promise<string> {
  const tool = sourceTool('oci-runtime');
  const built = builds.get(tool.name) ?? startBuilds(host, [tool], provideGo(host), signal).get(tool.name);
  return (await built)?.binaries['oci-runtime'] ?? '';
}

export function workshopOf(
  host: Host,
  preparation: Preparation,
  builds: ToolBuilds,
  request: Pick<ApplyRequest, 'logFile'>,
): Parameters<typeof performStep>[0] {
  const { parts, programs, access, seen, size, settings, version } = preparation;
  return {
    host,
    settings,
    parts,
    builds,
    size,
    profile: seen.observed.profile,
    version,
    logFile: request.logFile,
    access,
    cluster: describeMinikube(host, programs),
  };
}

async function timed(host: Host, request: ApplyRequest, step: Step, act: () => Promise<void>): Promise<void> {
  const startedAt = host.clock.now();
  await act();
  request.onDone(step, host.clock.now() - startedAt);
}
