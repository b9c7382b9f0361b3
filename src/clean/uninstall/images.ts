import type { Daemon } from '../../images/daemon.js';
import { listLabelled, type ObservedImage } from '../../images/observed-image.js';
import type { Host } from '../../ports/host.js';
import { listLines } from '../../text/words.js';
import type { Argv } from '../../ports/runner.js';

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
  return own.length === 0 ? [] : [...own, ...references.filter((tag) => officialNames.test(tag))];
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
