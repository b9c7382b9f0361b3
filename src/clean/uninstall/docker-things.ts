import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isSameFolder } from '../../files/same-folder.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { engineFiles, findProgram } from '../../toolchain/engine/observe.js';
import { listLines } from '../../text/words.js';

export async function listOtherContainers(
  host: Host,
  ours: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const argv = ['docker', 'container', 'ls', '--format', '{{.Names}}'];
  const answer = await host.runner.run(argv, { signal, timeoutMs: 30_000 });
  return listLines(answer.stdout).filter((name) => !ours.includes(name));
}

/** The daemon that this home's init started, if it still runs. */
export interface OwnDaemon {
  readonly pid: number;
  readonly pidFile: string;
  readonly program: string;
}

export async function findOwnDaemon(host: Host): Promise<OwnDaemon | undefined> {
  const { ownDaemonPid, proc } = engineFiles(host);
  const pid = Number((await readFile(ownDaemonPid, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const words = (await readFile(join(proc, String(pid), 'cmdline'), 'utf8').catch(() => '')).split('\0');
  // a copy of a home has the file too, even as a hard link; only the daemon knows the folder it was started with
  const named = words[words.indexOf('--pidfile') + 1] ?? '';
  const isOurs =
    basename(named) === basename(ownDaemonPid) && (await isSameFolder(dirname(named), dirname(ownDaemonPid)));
  if (basename(words[0] ?? '') !== 'dockerd' || !isOurs) return undefined;
  return { pid, pidFile: ownDaemonPid, program: (await findProgram(host, 'dockerd')) ?? 'dockerd' };
}

/** dpkg's own tool: verifies that the process is still a dockerd, and waits. */
export function stopDaemonArgv({ pidFile, program }: OwnDaemon): Argv {
  return ['start-stop-daemon', '--stop', '--oknodo', '--retry=TERM/20/KILL/5', '--pidfile', pidFile, '--exec', program];
}
