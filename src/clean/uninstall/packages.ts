import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';

/** apt's own log, searched for our unmistakable command line (src/toolchain/engine/argv.ts). */
const ourCall = /^Commandline: apt-get -o DPkg::Lock::Timeout=180 install -y --no-install-recommends (.+)$/gm;
const removal = /^Commandline: apt(?:-get)? .*\b(?:remove|purge|autoremove)\b/;

/** Debian packages that init installed. They stay: other programs may need them by now. */
export async function listInstalledPackages({ directories }: Pick<Host, 'directories'>): Promise<readonly string[]> {
  const history = await readFile(join(directories.system, 'var/log/apt/history.log'), 'utf8').catch(() => '');
  return parseHistory(history);
}

export function parseHistory(history: string): readonly string[] {
  const installed = new Set<string>();
  for (const entry of history.split('\n\n')) {
    for (const call of entry.matchAll(ourCall)) for (const name of (call[1] ?? '').split(' ')) installed.add(name);
    if (entry.split('\n').some((line) => removal.test(line)))
      for (const name of removedIn(entry)) installed.delete(name);
  }
  return [...installed].sort();
}

/** `Remove: docker.io:amd64 (20.10), containerd:amd64 (1.6)` */
function removedIn(entry: string): readonly string[] {
  const lines = [...entry.matchAll(/^(?:Remove|Purge): (.+)$/gm)].map((match) => match[1] ?? '');
  return lines.flatMap((line) => [...line.matchAll(/(?:^|, )([^:\s,]+):/g)].map((match) => match[1] ?? ''));
}
