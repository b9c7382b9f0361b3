import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { seesSameFolder } from '../files/same-folder.js';
import type { Host } from '../ports/host.js';
import { profileName } from '../kube/names.js';

const goneWithinMs = 10 * 60_000;

/**
 * A call that was killed leaves the program that it had just started: that one goes on changing our cluster. Whoever comes
 * next (with the lock, so that none of these that has this home can be anybody else's) waits for its end.
 */
export async function awaitOrphans(host: Host, signal?: AbortSignal): Promise<void> {
  const deadline = host.clock.now() + goneWithinMs;
  let said = false;
  for (;;) {
    const orphans = await listOrphans(host);
    const [first] = orphans;
    if (first === undefined) return;
    if (!said)
      host.ui.say(`Waiting for what a call that was killed had begun: ${first.command} (process ${first.pid})`);
    said = true;
    if (host.clock.now() > deadline) {
      throw new SparkDevError('LOCKED', 'A program that an earlier call began is still changing the cluster', {
        why: `${first.command} (process ${first.pid})`,
        fix: [`Look at it, and end it if it hangs: kill ${first.pid}`],
      });
    }
    await host.clock.sleep(500, signal);
  }
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

/** Only the programs themselves: a shell that names them in one word is not one of them. */
function changesOurCluster([program = '', verb = '', ...rest]: readonly string[]): boolean {
  const words = [verb, ...rest];
  if (/(^|\/)minikube$/.test(program)) {
    return words.includes(profileName) && ['start', 'delete', 'stop', 'addons', 'ssh'].includes(verb);
  }
  return /(^|\/)docker$/.test(program) && verb === 'exec' && rest.includes(profileName) && rest.includes('tar');
}
