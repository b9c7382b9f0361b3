import type { CommandResult } from '../command.js';
import { SparkDevError, type ErrorCode } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { findRun } from './find-run.js';
import { describeRun } from './stories.js';
import { readRunLog } from './read-log.js';

/** Shows a run until it ends, and ends as it does; an interruption ends only the showing. */
export async function attachToRun(host: Host, asked: string | undefined, signal: AbortSignal): Promise<CommandResult> {
  const runId = await findRun(host, asked);
  const shown = {
    run: runId,
    previous: false,
    follows: true,
    pods: 'driver',
    since: undefined,
    grep: undefined,
  } as const;
  await readRunLog(host, { ...shown, signal }).catch((error: unknown) => {
    if (signal.aborted) host.ui.say(`${runId} is still running: spark-dev runs attach ${runId}`);
    // a run that has ended without any log is explained by its end
    if (signal.aborted || !(error instanceof SparkDevError) || error.code !== 'USAGE') throw error;
  });
  const run = await describeRun(host, runId);
  const { end, state, folder } = run;
  if (state === 'succeeded') {
    host.ui.say(`${runId} succeeded`);
    return { data: { runId, state, folder, end }, text: [], exact: true };
  }
  const { code, what, why, fix, log } = end?.error ?? {};
  if (end?.error !== undefined)
    throw new SparkDevError(code ?? 'JOB_FAILED', what ?? `${runId} failed`, {
      ...(why === undefined ? {} : { why }),
      fix: fix ?? [],
      ...(log === undefined ? {} : { log }),
    });
  throw new SparkDevError('JOB_FAILED' satisfies ErrorCode, `The spark-dev of run ${runId} was killed`, {
    why: 'Nothing is known of its end. What it left in the cluster is removed by the next run.',
    fix: [`spark-dev logs ${runId}`, 'spark-dev clean --dry-run'],
  });
}
