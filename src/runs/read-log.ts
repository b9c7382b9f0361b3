import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isThere } from '../files/paths.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from './live-run.js';
import { listRunIds, runFolder } from './run-folder.js';

/** By importance; a run that ended early has only a later one. */
const logNames = ['driver.log', 'submit.log', 'skaffold.log'];
const lookEveryMs = 300;
/** Bytes in a JSON answer. */
const longestText = 1024 * 1024;

/**
 * Prints the log of a run, byte for byte: the newest run whose name begins so. Returns its end if stdout is for JSON. Throws
 * USAGE if there is no such run, or it has no log.
 */
export async function readRunLog(
  host: Host,
  asked: string | undefined,
  { follows, signal }: { readonly follows: boolean; readonly signal: AbortSignal },
) {
  const runId = await findRun(host, asked);
  const folder = runFolder(host, runId);
  let path: string | undefined;
  let at = 0;
  let end = Buffer.alloc(0);
  for (let isLive = follows; ;) {
    // asked before reading, so that the last lines are read too
    isLive &&= await isRunLive(host, runId);
    const best = await findLog(folder);
    if (best !== path) [path, at] = [best, 0];
    const chunks = path === undefined ? [] : (createReadStream(path, { start: at }) as AsyncIterable<Buffer>);
    for await (const chunk of chunks) {
      at += chunk.length;
      host.ui.output?.(chunk);
      if (host.ui.output === undefined) end = Buffer.concat([end, chunk]).subarray(-longestText);
      await host.ui.drained();
    }
    if (!isLive) break;
    await host.clock.sleep(lookEveryMs, signal);
  }
  if (path === undefined)
    throw new SparkDevError('USAGE', `Run ${runId} has no log`, {
      why: 'It ended, or was stopped, before its driver started.',
      fix: ['spark-dev logs RUN', `ls ${folder}`],
    });
  return { runId, folder, log: path, ...(host.ui.output === undefined ? { text: end.toString() } : {}) };
}

async function findRun({ directories }: Host, asked = ''): Promise<string> {
  const runs = await listRunIds(directories);
  const found = runs.find((runId) => runId === asked) ?? runs.find((runId) => runId.startsWith(asked));
  if (found !== undefined) return found;
  throw new SparkDevError('USAGE', asked === '' ? 'There is no run yet' : `There is no run ${JSON.stringify(asked)}`, {
    why: 'Logs are kept in the folder of each run until spark-dev clean removes it.',
    fix: [runs[0] === undefined ? 'spark-dev run sparkpi' : `spark-dev logs ${runs[0]}`],
  });
}

async function findLog(folder: string): Promise<string | undefined> {
  for (const name of logNames) if (await isThere(join(folder, name))) return join(folder, name);
  return undefined;
}
