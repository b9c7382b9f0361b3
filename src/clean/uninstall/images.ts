import { z } from 'zod';
import { recipeLabel } from '../../images/recipe.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { listLines } from '../../text/words.js';
import { inspectImagesArgv } from '../../images/docker-argv.js';

const stageLabel = 'io.spark-dev.stage';
const format = '{"id":{{json .Id}},"tags":{{json .RepoTags}},"labels":{{json .Config.Labels}}}';

export function listLabelledArgv(): Argv {
  return ['docker', 'image', 'ls', '--quiet', '--no-trunc', '--filter', `label=${recipeLabel}`];
}

/** Our untagged leftovers of interrupted builds. */
export function listStagesArgv(): Argv {
  return ['docker', 'image', 'ls', '--quiet', '--filter', 'dangling=true', '--filter', `label=${stageLabel}`];
}

export function pruneAllStagesArgv(): Argv {
  return ['docker', 'image', 'prune', '--force', '--filter', `label=${stageLabel}`];
}

const imageSchema = z.object({
  tags: z.array(z.string()).nullable(),
  labels: z.record(z.string(), z.string()).nullable(),
});

/** Temporary names used when an image is saved for Kubernetes; a remaining one was left by an interruption. */
const officialNames = /^(registry\.k8s\.io|gcr\.io\/k8s-minikube)\//;

/**
 * Our tags. A label alone proves nothing, because images that others build on ours inherit it: only the tag that names the
 * label's own recipe does. Other homes on this Docker build the same image, so a tag is removed only if this home stored its
 * recipe.
 */
export function parseOwnTags(stdout: string, recipes: ReadonlySet<string>): readonly string[] {
  return parseLabels(stdout)
    .flatMap(({ tags, labels }) => {
      const recipe = labels[recipeLabel] ?? '';
      const own = tags.filter((tag) => tag.startsWith('spark-dev/') && tag.endsWith(`-${recipe}`));
      const official = own.length === 0 ? [] : tags.filter((tag) => officialNames.test(tag));
      return recipes.has(recipe) ? [...own, ...official] : [];
    })
    .sort();
}

export function inspectLabelsArgv(references: readonly string[]): Argv {
  return inspectImagesArgv(format, ...references);
}

export function parseLabels(stdout: string): readonly LabelledImage[] {
  return listLines(stdout).map((line) => {
    const { tags, labels } = imageSchema.parse(JSON.parse(line));
    return { tags: tags ?? [], labels: labels ?? {} };
  });
}

interface LabelledImage {
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Images in the machine's own daemon; those in the cluster disappear with it. */
export async function listOwnTags(
  host: Host,
  recipes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = { signal, timeoutMs: 30_000 };
  const ids = listLines((await host.runner.run(listLabelledArgv(), options)).stdout);
  if (ids.length === 0) return [];
  return parseOwnTags(
    (await host.runner.run(inspectLabelsArgv([...new Set(ids)]), { ...options, accept: [1] })).stdout,
    recipes,
  );
}

export async function listStages(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  return listLines((await host.runner.run(listStagesArgv(), { signal, timeoutMs: 30_000 })).stdout);
}
