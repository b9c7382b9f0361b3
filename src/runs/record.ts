import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import { writePrivately, type RunIdentity } from './run-folder.js';
import { bestEffort } from '../errors/disk-error.js';

/** The data of `run --json`, the same for every target. */
export interface RunOutcome extends RunIdentity {
  readonly pi: number | undefined;
  /** The end of the application's stdout, at most 64 Ki characters; undefined if it cannot be separated from its log. */
  readonly output: string | undefined;
  readonly target: 'local' | 'cluster';
  readonly appId: string | undefined;
  /** As its log says; true where that is incomplete. */
  readonly startedSpark: boolean;
  readonly ui: { readonly url: string | undefined };
  /** The driver pod, in client mode the pod that contains the driver; `local[*]` in local mode. */
  readonly driver: string;
  /** Executor pods; the driver itself in local mode. */
  readonly executors: readonly string[];
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** Saves the outcome of a successful run in its folder; the run counts as a success even if that fails. */
export async function recordOutcome(
  host: Pick<Host, 'ui'>,
  { runId, folder }: RunIdentity,
  end: Omit<RunOutcome, keyof RunIdentity>,
): Promise<RunOutcome> {
  const { pi, output, target, appId, startedSpark, ui, driver, executors, durationsMs } = end;
  const outcome = { pi, output, target, appId, startedSpark, runId, ui, driver, executors, folder, durationsMs };
  await bestEffort(host, "Could not write the run's record", () =>
    writePrivately(join(folder, 'run.json'), `${JSON.stringify(outcome, undefined, 2)}\n`),
  );
  return outcome;
}

/** SparkPi's result line, exactly as printed. */
export function findPi(log: string): number | undefined {
  const pi = /^Pi is roughly (\d+\.\d+)\s*$/m.exec(log)?.[1];
  return pi === undefined ? undefined : Number(pi);
}
