import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { loadArgv, saveArgv, tagArgv } from './docker-argv.js';
import { requireFreeDisk } from './free-disk.js';
import { inspectImages, daemonTitles, type Daemon, type ObservedImage } from './observed-image.js';
import { isFile, tryJson } from '../files/paths.js';
import { z } from 'zod';

export interface LoadRequest {
  /** A `docker save` file. */
  readonly file: string;
  /** The image of the machine's own daemon that the file is made of, and that it is removed after. */
  readonly saved?: { readonly reference: string; readonly bytes: number };
  readonly names: readonly LoadedName[];
}

/** Observes and plans: what would be loaded, and under which names. */
export async function planLoadOf(
  host: Host,
  word: string,
  daemons: { readonly host: Daemon; readonly cluster: Daemon },
  { withContentTag, signal }: { readonly withContentTag: boolean; readonly signal: AbortSignal },
): Promise<LoadRequest> {
  const { images, ...source } = await findSource(host, word, daemons.host, signal);
  const asked = images.flatMap(({ id, references }) =>
    references.flatMap((reference) => [reference, contentTag(reference, id)]),
  );
  const inCluster = await inspectImages(host, daemons.cluster, asked, signal);
  return { ...source, names: planLoad(images, inCluster, { withContentTag, word }) };
}

async function findSource(
  host: Host,
  word: string,
  daemon: Daemon,
  signal: AbortSignal,
): Promise<Omit<LoadRequest, 'names'> & { readonly images: readonly ArchivedImage[] }> {
  const path = resolve(host.directories.working, word);
  if (await isFile(path)) return { file: path, images: await readArchive(path) };
  const reference = /:[^/]+$|@/.test(word) ? word : `${word}:latest`;
  const [found] = await inspectImages(host, daemon, [reference], signal);
  if (found === undefined) {
    throw new SparkDevError('IMAGE_MISSING', `${reference} is neither a file nor an image in ${daemonTitles.host}`, {
      fix: [`spark-dev images pull ${reference}`, 'docker image ls'],
    });
  }
  const { id, bytes } = found;
  const file = join(host.directories.cache, 'build', `load-${id.slice(-12)}.tar`);
  return { file, saved: { reference, bytes }, images: [{ id, references: [reference] }] };
}

/** The equivalent shell commands; the second one runs with the cluster's `docker-env`. */
export function loadCommands({ file, saved, names }: LoadRequest): readonly Argv[] {
  if (names.every(({ isThere }) => isThere)) return [];
  const save = saved === undefined ? [] : [saveArgv(saved.reference, file)];
  return [...save, loadArgv(file), ...names.flatMap(giveNamesBack)];
}

/** Loading moved the name; the cluster's own image gets it back. */
function giveNamesBack({ id, reference, as, takenBy }: LoadedName): readonly Argv[] {
  return takenBy === undefined ? [] : [tagArgv(id, as), tagArgv(takenBy, reference)];
}

/** Loads the image into the cluster's daemon and checks that it arrived. */
export async function load(
  host: Host,
  { file, saved, names }: LoadRequest,
  cluster: Daemon,
  options: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<void> {
  if (names.every(({ isThere }) => isThere)) return;
  const inside = { ...options, env: cluster.dockerEnv };
  try {
    if (saved !== undefined) {
      await mkdir(dirname(file), { recursive: true });
      await requireFreeDisk(file, 2 * saved.bytes, `Loading ${saved.reference}`);
      await host.runner.run(saveArgv(saved.reference, file), options);
    }
    await host.runner.run(loadArgv(file), inside);
    for (const argv of names.flatMap(giveNamesBack)) await host.runner.run(argv, { ...inside, signal: undefined });
  } finally {
    if (saved !== undefined) await rm(file, { force: true });
  }
  const wanted = names.map(({ as }) => as);
  const found = (await inspectImages(host, cluster, wanted, options.signal)).flatMap(({ references }) => references);
  const missing = wanted.filter((reference) => !found.includes(reference));
  if (missing.length > 0) throw missingAfterLoad(missing.join(', '));
}

export function missingAfterLoad(
  names: string,
  why = 'docker load succeeded, but the daemon does not list the image.',
  more: { readonly log?: string } = {},
): SparkDevError {
  const fix = ['spark-dev images list', 'spark-dev doctor'];
  const what = `${names} was loaded but is missing from ${daemonTitles.cluster}`;
  return new SparkDevError('IMAGE_MISSING', what, { why, fix, ...more });
}

export interface ArchivedImage {
  /** The id that a daemon gives it. */
  readonly id: string;
  readonly references: readonly string[];
}

const manifestSchema = z.array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish() }));

/** Up to Docker 24 the configuration is called HASH.json, later blobs/sha256/HASH. */
export function parseArchiveManifest(text: string): readonly ArchivedImage[] | undefined {
  const read = manifestSchema.safeParse(tryJson(text));
  if (!read.success) return undefined;
  return read.data.map(({ Config, RepoTags }) => ({
    id: `sha256:${/[0-9a-f]{64}/.exec(Config)?.[0] ?? ''}`,
    references: RepoTags ?? [],
  }));
}

export async function readArchive(file: string): Promise<readonly ArchivedImage[]> {
  const { list } = await import('tar');
  const chunks: Buffer[] = [];
  await list({
    file,
    filter: (path) => path === 'manifest.json',
    onReadEntry: (entry) => {
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    },
  });
  const images = parseArchiveManifest(Buffer.concat(chunks).toString('utf8'));
  if (images !== undefined && images.length > 0) return images;
  throw new SparkDevError('USAGE', `${file} is not a docker save file`, {
    why: 'It has no manifest.json that lists images.',
    fix: ['docker save --output FILE IMAGE', 'A spark-dev bundle: spark-dev images restore FILE'],
  });
}

export interface LoadedName {
  readonly id: string;
  readonly reference: string;
  /** The name used in the cluster instead, if the original was taken. */
  readonly as: string;
  /** The image that already has the name in the cluster, and keeps it. */
  readonly takenBy: string | undefined;
  readonly isThere: boolean;
}

/**
 * A running pod keeps its image, and minikube itself keeps the old one (https://github.com/kubernetes/minikube/issues/11276), so
 * one tag for two images would confuse. A taken name is therefore refused, or gets the image's id appended.
 */
export function planLoad(
  images: readonly ArchivedImage[],
  inCluster: readonly ObservedImage[],
  request: {
    readonly withContentTag: boolean;
    /** What the user asked for: a name or a file. */ readonly word: string;
  },
): readonly LoadedName[] {
  const names = images.flatMap(({ id, references }) => references.map((reference) => ({ id, reference })));
  if (names.length === 0) {
    throw new SparkDevError('USAGE', 'The image has no name, and pods can only ask for images by name', {
      fix: ['docker tag ID NAME:TAG, then save it again by that name'],
    });
  }
  return names.map(({ id, reference }) => {
    const found = inCluster.find(({ references }) => references.includes(reference));
    if (found === undefined) return { id, reference, as: reference, takenBy: undefined, isThere: false };
    if (found.id === id) return { id, reference, as: reference, takenBy: undefined, isThere: true };
    const as = contentTag(reference, id);
    if (!request.withContentTag) throw taken(request.word, reference, found.id, id, as);
    const isThere = inCluster.some((image) => image.id === id && image.references.includes(as));
    return { id, reference, as, takenBy: found.id, isThere };
  });
}

/** `shop/orders:1` → `shop/orders:1-9f86d081884c` */
export function contentTag(reference: string, id: string): string {
  return `${reference}-${shortId(id)}`;
}

function shortId(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}

function taken(word: string, reference: string, theirs: string, ours: string, as: string): SparkDevError {
  return new SparkDevError('IMAGE_TAG_TAKEN', `The cluster has a different image named ${reference}`, {
    why: `The cluster has ${shortId(theirs)}; this one is ${shortId(ours)}. Running pods would silently keep the old one.`,
    fix: [
      `spark-dev images load ${word} --content-tag   # it becomes ${as}`,
      `docker tag ${reference} ${reference.replace(/:[^:/]+$/, '')}:NEW_TAG, then load that`,
    ],
    facts: { reference, inCluster: theirs, id: ours },
  });
}
