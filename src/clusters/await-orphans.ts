import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { profileName } from '../kube/names.js';
import { waitFor } from '../time/wait-for.js';
import { seesSameFolder } from '../files/paths.js';

const goneWithinMs = 10 * 60_000;

/**
 * A killed call can leave a program running that still changes the cluster. The next call holds the lock, so every such
 * program with this home is an orphan; it waits until they end.
 */
export async function awaitOrphans(host: Host, signal?: AbortSignal): Promise<void> {
  let said = false;
  const findFirst = async (): Promise<Orphan | undefined> => {
    const [first] = await listOrphans(host);
    if (first !== undefined && !said)
      host.ui.say(`Waiting for a program of an earlier, killed call: ${first.command} (process ${first.pid})`);
    said = true;
    return first;
  };
  const limits = { everyMs: 500, timeoutMs: goneWithinMs, signal };
  const last = await waitFor(host.clock, findFirst, { until: (found) => found === undefined, ...limits });
  if (last === undefined) return;
  throw new SparkDevError('LOCKED', 'A program of an earlier call is still changing the cluster', {
    why: `${last.command} (process ${last.pid})`,
    fix: [`Inspect it; if it hangs: kill ${last.pid}`],
  });
}

interface Orphan {
  readonly pid: string;
  readonly command: string;
}

async function listOrphans({ directories }: Host): Promise<readonly Orphan[]> {
  const processes = join(directories.system, 'proc');
  const pids = (await readdir(processes).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid): Promise<readonly Orphan[]> => {
      const words = await readFile(join(processes, pid, 'cmdline'), 'utf8').catch(() => '');
      const argv = words.split('\0');
      const isOurs = changesOurCluster(argv) && (await seesSameFolder(join(processes, pid), directories.data));
      return isOurs ? [{ pid, command: argv.slice(0, 5).join(' ') }] : [];
    }),
  );
  return found.flat();
}

/** Only the programs themselves, not a shell with their name in one of its words. */
function changesOurCluster([program = '', verb = '', ...rest]: readonly string[]): boolean {
  const words = [verb, ...rest];
  if (/(^|\/)minikube$/.test(program)) {
    return words.includes(profileName) && ['start', 'delete', 'stop', 'addons', 'ssh'].includes(verb);
  }
  return /(^|\/)docker$/.test(program) && verb === 'exec' && rest.includes(profileName) && rest.includes('tar');
}
