import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { engineFiles, findProgram } from '../../toolchain/engine/observe.js';
import { listLines } from '../../text/words.js';
import { isSameFolder } from '../../files/paths.js';
import { currentSparkImage } from '../../images/catalog.js';
import { listLabelled, type ObservedImage, type Daemon } from '../../images/observed-image.js';

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

/** Our untagged leftovers of interrupted builds. */
const stages = ['--filter', 'label=io.spark-dev.stage'];

export function pruneAllStagesArgv(): Argv {
  return ['docker', 'image', 'prune', '--force', ...stages];
}

export async function listStages(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  const argv = ['docker', 'image', 'ls', '--quiet', '--filter', 'dangling=true', ...stages];
  return listLines((await host.runner.run(argv, { signal, timeoutMs: 30_000 })).stdout);
}

/** Temporary names used when an image is saved for Kubernetes; a remaining one was left by an interruption. */
const officialNames = /^(registry\.k8s\.io|gcr\.io\/k8s-minikube)\//;

/**
 * Our tags of an image. A label alone proves nothing, because images that others build on ours inherit it: only the tag that
 * names the label's own recipe does.
 */
export function ownTagsOf({ references, recipe = '' }: ObservedImage): readonly string[] {
  const own = references.filter((tag) => tag.startsWith('spark-dev/') && tag.endsWith(`-${recipe}`));
  const others = references.filter((tag) => officialNames.test(tag) || tag === currentSparkImage);
  return own.length === 0 ? [] : [...own, ...others];
}

/** Applications that runs built, by Skaffold's name: the label alone would also match a user's image. */
export function applicationTagsOf({ references }: ObservedImage): readonly string[] {
  return references.filter((tag) => tag.startsWith('spark-dev-app:'));
}

/** Other homes on this Docker build the same images, so a tag is removed only if this home stored its recipe. */
export async function listTags(
  host: Host,
  daemon: Daemon,
  recipes: ReadonlySet<string>,
  tagsOf: typeof ownTagsOf,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const images = await listLabelled(host, daemon, signal);
  return images
    .filter(({ recipe = '' }) => recipes.has(recipe))
    .flatMap(tagsOf)
    .sort();
}
