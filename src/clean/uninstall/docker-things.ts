import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listOwnedArgv, type OwnedKind } from '../../cluster/minikube/argv.js';
import { profileName } from '../../cluster/names.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { engineFiles, findProgram } from '../../toolchain/engine/observe.js';

/** One of Docker's things that make up the cluster. */
export interface DockerThing {
  readonly kind: OwnedKind;
  readonly name: string;
}

/** The container, volume and network of the cluster, by minikube's own label. Only with a profile of ours are they ours. */
export async function listClusterThings(host: Host, signal: AbortSignal): Promise<readonly DockerThing[]> {
  const listed = await Promise.all(
    (['container', 'volume', 'network'] as const).map(async (kind) => {
      const argv = listOwnedArgv(kind, { profile: profileName });
      const { stdout } = await host.runner.run(argv, { signal, timeoutMs: 30_000 });
      return lines(stdout).map((name): DockerThing => ({ kind, name }));
    }),
  );
  return listed.flat();
}

/** Names of running containers that are not the cluster's. */
export async function listForeignContainers(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  const argv = ['docker', 'container', 'ls', '--format', '{{.Names}}'];
  const answer = await host.runner.run(argv, { signal, timeoutMs: 30_000 });
  return lines(answer.stdout).filter((name) => name !== profileName);
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
