import { readFile, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findListenerPid, isListening } from '../../../kube/port-forward/local-port.js';
import type { Host } from '../../../ports/host.js';
import { runVariable } from '../../../runs/live-run.js';
import { findUiPort, type LogRecord } from '../../../spark/log-patterns.js';
import { waitFor } from '../../../time/wait-for.js';
import type { LocalSubmission } from './local-argv.js';

/**
 * Finds the UI of a driver on this machine. Spark's log names the port, unless the job turned it off. Then it is the port that
 * Spark was given, or the next one that it holds, once there is an event log, which Spark opens after its UI. A request would
 * cost the driver much more.
 */
export function findLocalUi(
  host: Host,
  { uiPort, uiPortIsStrict, job, folders }: Pick<LocalSubmission, 'uiPort' | 'uiPortIsStrict' | 'job' | 'folders'>,
  onFound: (url: string) => void,
) {
  let port = Number(job.conf['spark.ui.port'] ?? uiPort);
  let isFound = false;
  const found = (): void => {
    if (!isFound) onFound(`http://127.0.0.1:${String(port)}`);
    isFound = true;
  };
  const hasEvents = async (): Promise<boolean> => (await readdir(folders.events).catch(() => [])).length > 0;
  return {
    see: (record: LogRecord): void => {
      const seen = findUiPort(record);
      if (seen === undefined) return;
      ({ port } = seen);
      if (seen.isBound) found();
    },
    wait: async (signal: AbortSignal): Promise<void> => {
      await waitFor(host.clock, hasEvents, { until: Boolean, everyMs: 250, timeoutMs: Infinity, signal });
      const run = `${runVariable}=${dirname(folders.events)}`;
      for (const last = port + (uiPortIsStrict ? 0 : sparkTries); port <= last && !isFound; port++)
        if (await isOurs(port, run)) {
          found();
          return;
        }
    },
  };
}

/** Spark's default of `spark.port.maxRetries`. */
const sparkTries = 16;

/** Another run may have taken the port in the meantime. Where the kernel does not tell who listens, any listener counts. */
async function isOurs(port: number, variable: string): Promise<boolean> {
  if (!(await isListening(port))) return false;
  const pid = await findListenerPid(port);
  if (pid === undefined) return true;
  return (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0').includes(variable);
}
