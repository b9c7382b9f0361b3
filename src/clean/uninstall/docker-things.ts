import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { engineFiles, findProgram } from '../../toolchain/engine/observe.js';

/** Names of running containers, but for these. */
export async function listOtherContainers(
  host: Host,
  ours: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const argv = ['docker', 'container', 'ls', '--format', '{{.Names}}'];
  const answer = await host.runner.run(argv, { signal, timeoutMs: 30_000 });
  return lines(answer.stdout).filter((name) => !ours.includes(name));
}

/** The daemon that init started, when it still runs. */
export interface OwnDaemon {
  readonly pid: number;
  readonly pidFile: string;
  readonly program: string;
}

export async function findOwnDaemon(host: Host): Promise<OwnDaemon | undefined> {
  const { ownDaemonPid, proc } = engineFiles(host);
  const pid = Number((await readFile(ownDaemonPid, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const command = await readFile(join(proc, String(pid), 'comm'), 'utf8').catch(() => '');
  if (command.trim() !== 'dockerd') return undefined;
  return { pid, pidFile: ownDaemonPid, program: (await findProgram(host, 'dockerd')) ?? 'dockerd' };
}

/** dpkg's own tool: it makes sure that the number is still a dockerd's, and waits. */
export function stopDaemonArgv({ pidFile, program }: OwnDaemon): Argv {
  return ['start-stop-daemon', '--stop', '--oknodo', '--retry=TERM/20/KILL/5', '--pidfile', pidFile, '--exec', program];
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
