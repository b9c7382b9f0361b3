import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { listStartedRuns } from './standby.js';

/** The run of this name, else the newest whose name begins so; `back`: so many before it. Throws USAGE. */
export async function findRun(host: Host, asked = '', back = 0): Promise<string> {
  const runs = await listStartedRuns(host);
  const exact = runs.indexOf(asked);
  const app = exact < 0 ? asked : asked.replace(/\d{12}-[0-9a-f]{4}$/, '');
  const alike = runs.slice(Math.max(0, exact)).filter((runId) => runId.startsWith(app));
  const found = alike[back];
  if (found !== undefined) return found;
  const [newest] = back === 0 ? runs : alike;
  const what = back > 0 && newest !== undefined ? `There is no run before ${newest}` : undefined;
  throw new SparkDevError(
    'USAGE',
    what ?? (asked === '' ? 'There is no run yet' : `There is no run ${JSON.stringify(asked)}`),
    {
      why: 'Each run has a folder until spark-dev removes it: the newest 100 stay, up to 2 GB.',
      fix: [newest === undefined ? 'spark-dev run sparkpi' : `spark-dev logs ${newest}`, 'spark-dev runs list'],
    },
  );
}
