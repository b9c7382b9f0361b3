import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { RunOutcome } from '../runs/record.js';
import { prepareRun } from './start.js';

/** Runs SparkPi exactly as a user's run. */
export async function proveCluster(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<RunOutcome> {
  // the run's folder has the driver's log; here only the outcome counts
  const quiet = { ...host, ui: { ...host.ui, log: () => undefined } };
  const global = { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined } as const;
  const input = { args: ['sparkpi'], options: { fit: 'never' }, passthrough: [], global, signal } as const;
  const run = await prepareRun(quiet, { command: 'spark-dev run', input, proves: cluster });
  return run.launch(signal);
}
