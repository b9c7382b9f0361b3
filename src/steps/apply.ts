import type { Host } from '../ports/host.js';
import type { RunOptions, Argv } from '../ports/runner.js';

export interface RunningStep {
  /** The current activity; count and total feed the progress figure. */
  readonly progress: (note: string, count?: number, total?: number) => void;
  readonly note: (text: string) => void;
  /** Shows it as failed at once, even if nothing is thrown. */
  readonly failed: (why?: string) => void;
}

/** Shows the step and how it ended; the only place that opens one. */
export async function inStep<Result>(
  host: Host,
  title: string,
  act: (running: RunningStep) => Promise<Result>,
): Promise<Result> {
  const shown = host.ui.step(title);
  const end: { note?: string; hasFailed: boolean } = { hasFailed: false };
  const failed = (why?: string): void => {
    if (!end.hasFailed) shown.fail(why);
    end.hasFailed = true;
  };
  const note = (text: string): void => {
    end.note = text;
  };
  const progress: RunningStep['progress'] = (text, count, total) => {
    shown.progress(text, count, total);
  };
  try {
    const result = await act({ progress, note, failed });
    if (!end.hasFailed) shown.done(end.note);
    return result;
  } catch (error) {
    failed();
    throw error;
  }
}

/** For a step that shows itself, or nothing at all. */
const unseen: RunningStep = { progress: () => undefined, note: () => undefined, failed: () => undefined };

export interface StepContext extends RunningStep {
  /** Aborted when another step failed, or by the caller. */
  readonly signal: AbortSignal;
}

/** Shared by calls with overlapping plans: a started step is awaited by the next call, and a failure stops all. */
export interface CommonSteps {
  readonly begun: Map<string, Promise<void>>;
  readonly stop: AbortController;
}

export interface ApplyRequest<Planned extends Step> {
  /** Applies one step; a returned text becomes its note. */
  readonly apply: (step: Planned, context: StepContext) => Promise<unknown>;
  readonly signal?: AbortSignal | undefined;
  readonly common?: CommonSteps;
  readonly isQuiet?: (step: Planned) => boolean;
  /** Called before each, e.g. to write the journal. */
  readonly onBegin?: (step: Planned) => Promise<void>;
  readonly onDone?: (step: Planned, tookMs: number) => void;
  /** If it does not throw, the steps after a failed one still run. */
  readonly onFailure?: (step: Planned, error: unknown, running: RunningStep) => void;
}

/**
 * Each step starts when its dependencies are done; the first failure stops the others and is thrown. Returns milliseconds by
 * step.
 */
export async function applySteps<Planned extends Step>(
  host: Host,
  steps: readonly Planned[],
  request: ApplyRequest<Planned>,
): Promise<Readonly<Record<string, number>>> {
  const { begun, stop }: CommonSteps = request.common ?? { begun: new Map(), stop: new AbortController() };
  const signal = request.signal === undefined ? stop.signal : AbortSignal.any([request.signal, stop.signal]);
  const durationsMs: Record<string, number> = {};
  let first: unknown;
  const perform = async (step: Planned): Promise<void> => {
    signal.throwIfAborted();
    await request.onBegin?.(step);
    const startedAt = host.clock.now();
    await showApplied(host, step, request, signal);
    const tookMs = host.clock.now() - startedAt;
    durationsMs[step.id] = tookMs;
    request.onDone?.(step, tookMs);
  };
  const ends = steps.map((step, index) => {
    const needs = step.needs ?? steps.slice(Math.max(0, index - 1), index).map(({ id }) => id);
    const endOf = (id: string): Promise<void> =>
      begun.get(id) ?? Promise.reject(new Error(`${step.id} comes before ${id}, which it needs`));
    const end = begun.get(step.id) ?? Promise.all(needs.map(endOf)).then(() => perform(step));
    end.catch((error: unknown) => {
      first ??= error;
      stop.abort(error);
    });
    begun.set(step.id, end);
    return end;
  });
  await Promise.allSettled(ends);
  if (first !== undefined) throw first as Error;
  return durationsMs;
}

async function showApplied<Planned extends Step>(
  host: Host,
  step: Planned,
  { apply, isQuiet, onFailure }: ApplyRequest<Planned>,
  signal: AbortSignal,
): Promise<void> {
  const act = async (running: RunningStep): Promise<void> => {
    try {
      const note = await apply(step, { ...running, signal });
      if (typeof note === 'string') running.note(note);
    } catch (error) {
      if (onFailure === undefined) throw error;
      onFailure(step, error, running);
    }
  };
  await (isQuiet?.(step) === true ? act(unseen) : inStep(host, step.title, act));
}

/** The usual way to apply a step: its commands, one after the other. */
export async function runCommands(
  host: Host,
  { commands }: Pick<Step, 'commands'>,
  options: RunOptions,
): Promise<void> {
  for (const argv of commands) await host.runner.run(argv, options);
}

export interface PlannedDownload {
  readonly url: string;
  /** Absent if the vendor's checksum file decides, the first time. */
  readonly sha256?: string;
  readonly checksumUrl?: string;
}

/** The part of a step that a dry run shows. */
export interface ShownStep {
  readonly title: string;
  readonly why: string;
  /** Shown by --dry-run: exactly what would run, in this order. */
  readonly commands: readonly Argv[];
  /** Third-party files to download, with their expected checksums. */
  readonly downloads?: readonly PlannedDownload[];
}

/** One entry of a plan. Plain data, so that plans can be compared and printed as JSON; `applySteps` receives the code for it. */
export interface Step<Id extends string = string> extends ShownStep {
  readonly id: Id;
  /** Ids of steps that must be done before; ids outside the plan are done already. Absent: the step before it. */
  readonly needs?: readonly string[];
}
