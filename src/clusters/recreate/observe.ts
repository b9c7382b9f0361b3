import { mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { kubectl } from '../../kube/kubectl.js';
import type { Host } from '../../ports/host.js';
import type { Argv, RunOptions } from '../../ports/runner.js';
import { listLines } from '../../text/words.js';
import type { MinikubeCluster } from '../minikube/argv.js';
import { readDockerEnv } from '../minikube/profile.js';
import { measureClaims } from './claims.js';
import { listQuestions, parseObjectList, type RawObject } from './objects.js';
import type { ProfileSettings, RecreationTools } from './record.js';
import { recipeLabel } from '../../images/recipe.js';
import { parseProfileSettings, profileFile } from '../minikube/profile-config.js';

/** The content of a running cluster that may be kept. */
export interface ObservedContent {
  /** Without Secrets. */
  readonly objects: readonly RawObject[];
  readonly customKinds: readonly string[];
  /** Disk usage, by `NAMESPACE/NAME`. */
  readonly claimBytes: Readonly<Record<string, number>>;
  readonly images: readonly ClusterImage[];
  readonly settings: ProfileSettings;
  /** Free space in the folder for the saved data. */
  readonly freeBytes: number;
}

export async function observeContent(
  host: Host,
  tools: Pick<RecreationTools, 'cluster' | 'kubectl' | 'folder'>,
  signal: AbortSignal,
): Promise<ObservedContent> {
  const { data } = host.directories;
  const { cluster } = tools;
  const options = { env: cluster.env, signal };
  const settings = parseProfileSettings(await readFile(profileFile(host), 'utf8'));
  const [objects, kinds, images] = await Promise.all([
    Promise.all(listQuestions(tools, []).map(({ argv }) => readObjects(host, argv, options))).then((all) => all.flat()),
    host.runner.run(kubectl(tools.kubectl).get('customresourcedefinitions', '--output=name'), options),
    settings.containerRuntime === 'docker' ? listImages(host, cluster, signal) : [],
  ]);
  const claimBytes = await measureClaims(host, cluster, objects, options);
  await mkdir(data, { recursive: true });
  const { bavail, bsize } = await statfs(data);
  return { objects, customKinds: listLines(kinds.stdout), claimBytes, images, settings, freeBytes: bavail * bsize };
}

export async function readObjects(host: Host, argv: Argv, options: RunOptions): Promise<readonly RawObject[]> {
  return parseObjectList(await readLong(host, argv, options));
}

/** The output can exceed the limit of a command result, so it goes through a file that only the user can read. */
async function readLong(host: Host, argv: Argv, options: RunOptions): Promise<string> {
  await mkdir(host.directories.cache, { recursive: true });
  const folder = await mkdtemp(join(host.directories.cache, 'look-'));
  try {
    const stdoutFile = join(folder, 'stdout');
    await host.runner.run(argv, { ...options, stdoutFile });
    return await readFile(stdoutFile, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function listImages(host: Host, cluster: MinikubeCluster, signal: AbortSignal): Promise<readonly ClusterImage[]> {
  const options = { env: await readDockerEnv(host, cluster, { signal }), signal };
  const listed = await host.runner.run(['docker', 'image', 'ls', '--quiet', '--no-trunc'], options);
  const ids = [...new Set(listLines(listed.stdout))];
  return ids.length === 0 ? [] : parseImages(await readLong(host, ['docker', 'image', 'inspect', ...ids], options));
}

const imagesSchema = z.array(
  z
    .object({
      Id: z.string(),
      RepoTags: z.array(z.string()).nullable(),
      RepoDigests: z.array(z.string()).nullable(),
      Size: z.number(),
      Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
      RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
    })
    .transform(({ Id, RepoTags, RepoDigests, Size, Config, RootFS }) => ({
      id: Id,
      references: (RepoTags ?? []).filter((tag) => !tag.startsWith('<none>')),
      bytes: Size,
      layers: RootFS.Layers ?? [],
      /** Built or loaded: no registry has this digest, so it cannot be pulled again. */
      isHomemade: (RepoDigests ?? []).length === 0 || Config?.Labels?.[recipeLabel] !== undefined,
    })),
);

/** An image in the cluster's daemon, from `docker image inspect`. */
export type ClusterImage = z.output<typeof imagesSchema>[number];

export function parseImages(stdout: string): readonly ClusterImage[] {
  return imagesSchema.parse(JSON.parse(stdout));
}

export interface SortedImages {
  readonly saved: readonly ClusterImage[];
  /** By name; Kubernetes pulls them again when a pod needs them. */
  readonly unsaved: readonly string[];
}

/** `brought`: images that a cluster start or init loads anyway. */
export function sortImages(images: readonly ClusterImage[], brought: ReadonlySet<string>): SortedImages {
  const isForeign = (reference: string): boolean =>
    !brought.has(reference) && !/^(registry\.k8s\.io|gcr\.io\/k8s-minikube)\//.test(reference);
  const foreign = images
    .map((image) => ({ ...image, references: image.references.filter(isForeign) }))
    .filter(({ references }) => references.length > 0);
  return {
    saved: foreign.filter(({ isHomemade }) => isHomemade),
    unsaved: foreign.filter(({ isHomemade }) => !isHomemade).flatMap(({ references }) => references),
  };
}

/** A `docker save` file holds each layer once, so the largest image that another one is built on counts once. */
export function countBytes(saved: readonly ClusterImage[], all: readonly ClusterImage[]): number {
  const bytesById = new Map<string, number>();
  for (const { id, layers, bytes } of saved) {
    const [base] = all
      .filter((other) => other.layers.length < layers.length && startsWith(layers, other.layers))
      .sort((left, right) => right.layers.length - left.layers.length);
    bytesById.set(id, Math.max(0, bytes - (base?.bytes ?? 0)));
    if (base !== undefined && !saved.some((one) => one.id === base.id)) bytesById.set(base.id, base.bytes);
  }
  return [...bytesById.values()].reduce((total, bytes) => total + bytes, 0);
}

function startsWith(layers: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length > 0 && prefix.every((layer, index) => layers[index] === layer);
}
