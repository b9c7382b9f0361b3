import { join } from 'node:path';
import { bestEffort } from '../errors/best-effort.js';
import type { Host } from '../ports/host.js';
import { writePrivately, type RunIdentity } from './run-folder.js';

/** What `run --json` answers, whatever the target. */
export interface RunOutcome extends RunIdentity {
  readonly pi: number | undefined;
  /** The end of what the application printed on stdout, 64 Ki characters at the most; undefined where it cannot be told from its log. */
  readonly output: string | undefined;
  readonly target: 'local' | 'cluster';
  readonly appId: string | undefined;
  readonly ui: { readonly url: string | undefined };
  /** The driver pod, in client mode the pod that it is a process in; `local[*]` where it is embedded. */
  readonly driver: string;
  /** Executor pods; the driver itself in local mode. */
  readonly executors: readonly string[];
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** How a run ended that succeeded, with its record for later looks; the run is a success without it too. */
export async function recordOutcome(
  host: Pick<Host, 'ui'>,
  { runId, folder }: RunIdentity,
  end: Omit<RunOutcome, keyof RunIdentity>,
): Promise<RunOutcome> {
  const { pi, output, target, appId, ui, driver, executors, durationsMs } = end;
  const outcome = { pi, output, target, appId, runId, ui, driver, executors, folder, durationsMs };
  await bestEffort(host, 'The record of the run could not be written', () =>
    writePrivately(join(folder, 'run.json'), `${JSON.stringify(outcome, undefined, 2)}\n`),
  );
  return outcome;
}

/** The line that SparkPi answers with, exactly as printed. */
export function findPi(log: string): number | undefined {
  const pi = /^Pi is roughly (\d+\.\d+)\s*$/m.exec(log)?.[1];
  return pi === undefined ? undefined : Number(pi);
}
