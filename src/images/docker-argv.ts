import type { Argv } from '../ports/runner.js';
import { recipeLabel, type ImageRecipe, type PlannedImage, proxyEnv, type DebianRoot } from './recipe.js';
import { ownSelector } from '../kube/labels.js';

const labels = (hash: string): readonly string[] => [`${recipeLabel}=${hash}`, ownSelector];

/** For the classic builder, which every Docker has. Passed through the environment because a proxy's address may hold a password. */
export function buildEnv({ recipe }: PlannedImage): Readonly<Record<string, string>> {
  return { DOCKER_BUILDKIT: '0', ...rootEnv(recipe) };
}

/** Only packages for our own root come over the network. */
function rootEnv({ base }: ImageRecipe): Readonly<Record<string, string>> {
  return base === undefined || !('sources' in base) ? {} : proxyEnv(base);
}

/** `--network host` because a build's own network often has no DNS. */
export function dockerBuildArgv(image: PlannedImage, context: string): Argv {
  const { args, base } = image.recipe;
  const all = { ...(base === undefined ? {} : { BASE: base.reference }), ...args };
  return [
    'docker',
    'build',
    '--force-rm',
    '--network',
    'host',
    ...labels(image.hash).flatMap((label) => ['--label', label]),
    // Docker predefines this argument, keeps it out of the image and its history, and takes the value from buildEnv.
    ...Object.keys(rootEnv(image.recipe)).flatMap((name) => ['--build-arg', name]),
    ...Object.entries(all).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    '--tag',
    image.reference,
    context,
  ];
}

export function importArgv(root: DebianRoot, rootTar: string): Argv {
  const changes = labels(root.hash).flatMap((label) => ['--change', `LABEL ${label}`]);
  return ['docker', 'import', ...changes, rootTar, root.reference];
}

/** Exits with 1 if one of them is missing; the others are still printed. */
export function inspectImagesArgv(format: string, ...references: readonly string[]): Argv {
  return ['docker', 'image', 'inspect', '--format', format, ...references];
}

export function imageIdArgv(reference: string): Argv {
  return inspectImagesArgv('{{.Id}}', reference);
}

/** One more layer, from files that are there. */
export function layerArgv(image: string, context: string): Argv {
  return ['docker', 'build', '--quiet', '--force-rm', '--network', 'none', '--tag', image, context];
}

export function pullArgv(reference: string): Argv {
  return ['docker', 'pull', '--quiet', reference];
}

export function tagArgv(source: string, target: string): Argv {
  return ['docker', 'tag', source, target];
}

export function saveArgv(reference: string, file: string): Argv {
  return ['docker', 'save', '--output', file, reference];
}

export function loadArgv(file: string): Argv {
  return ['docker', 'load', '--input', file];
}

export function removeArgv(references: readonly string[]): Argv {
  return ['docker', 'rmi', ...references];
}

/** Removes the classic builder's leftovers of earlier Dockerfile stages that carry this label. */
export function pruneStagesArgv(name: string): Argv {
  return ['docker', 'image', 'prune', '--force', '--filter', `label=io.spark-dev.stage=${name}`];
}

/** One line per package: `NAME=VERSION`. */
export function listPackagesArgv(reference: string): Argv {
  const format = '${Package}=${Version}\\n';
  return ['docker', 'run', '--rm', '--network', 'none', '--entrypoint', 'dpkg-query', reference, '-W', '-f', format];
}

/** `Step 3/16 : RUN …` → the classic builder's progress. */
export function parseBuildStep(
  line: string,
): { readonly step: number; readonly total: number; readonly does: string } | undefined {
  const match = /^Step (\d+)\/(\d+) : (.*)$/.exec(line);
  return match === null ? undefined : { step: Number(match[1]), total: Number(match[2]), does: match[3] ?? '' };
}
