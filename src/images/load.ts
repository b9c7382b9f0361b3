import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { daemonTitles, type Daemon } from './daemon.js';
import { loadArgv, saveArgv, tagArgv } from './docker-argv.js';
import { requireFreeDisk } from './free-disk.js';
import { readArchive, type ArchivedImage } from './image-archive.js';
import { inspectImages } from './observed-image.js';
import { contentTag, planLoad, type LoadedName } from './load-plan.js';
import { isFile } from '../files/paths.js';

/** An image of the machine's own daemon, by name, or a `docker save` file. */
export type LoadSource =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'image'; readonly reference: string; readonly bytes: number; readonly file: string };

export interface LoadRequest {
  readonly source: LoadSource;
  readonly names: readonly LoadedName[];
}

/** Observes and plans: what would be loaded, and under which names. */
export async function planLoadOf(
  host: Host,
  word: string,
  daemons: { readonly host: Daemon; readonly cluster: Daemon },
  request: { readonly withContentTag: boolean; readonly signal: AbortSignal },
): Promise<LoadRequest> {
  const { source, images } = await findSource(host, word, daemons.host, request.signal);
  const asked = images.flatMap(({ id, references }) =>
    references.flatMap((reference) => [reference, contentTag(reference, id)]),
  );
  const inCluster = await inspectImages(host, daemons.cluster, asked, request.signal);
  return { source, names: planLoad(images, inCluster, { withContentTag: request.withContentTag, word }) };
}

async function findSource(
  host: Host,
  word: string,
  daemon: Daemon,
  signal: AbortSignal,
): Promise<{ readonly source: LoadSource; readonly images: readonly ArchivedImage[] }> {
  const file = join(host.directories.working, word);
  const path = word.startsWith('/') ? word : file;
  if (await isFile(path)) return { source: { kind: 'file', file: path }, images: await readArchive(path) };
  const reference = /:[^/]+$|@/.test(word) ? word : `${word}:latest`;
  const [found] = await inspectImages(host, daemon, [reference], signal);
  if (found === undefined) {
    throw new SparkDevError('IMAGE_MISSING', `${reference} is neither a file nor an image in ${daemonTitles.host}`, {
      fix: [`spark-dev images pull ${reference}`, 'docker image ls'],
    });
  }
  return {
    source: {
      kind: 'image',
      reference,
      bytes: found.bytes,
      file: join(host.directories.cache, 'build', `load-${found.id.slice(-12)}.tar`),
    },
    images: [{ id: found.id, references: [reference] }],
  };
}

/** The equivalent shell commands; the second one runs with the cluster's `docker-env`. */
export function loadCommands({ source, names }: LoadRequest): readonly Argv[] {
  if (names.every(({ isThere }) => isThere)) return [];
  return [
    ...(source.kind === 'image' ? [saveArgv(source.reference, source.file)] : []),
    loadArgv(source.file),
    ...names.flatMap(giveNamesBack),
  ];
}

/** Loading moved the name; the cluster's own image gets it back. */
function giveNamesBack({ id, reference, as, takenBy }: LoadedName): readonly Argv[] {
  return takenBy === undefined ? [] : [tagArgv(id, as), tagArgv(takenBy, reference)];
}

/** Loads the image into the cluster's daemon and checks that it arrived. */
export async function load(
  host: Host,
  request: LoadRequest,
  cluster: Daemon,
  options: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<void> {
  const { source, names } = request;
  if (names.every(({ isThere }) => isThere)) return;
  const inside = { ...options, env: cluster.dockerEnv };
  try {
    if (source.kind === 'image') {
      await mkdir(dirname(source.file), { recursive: true });
      await requireFreeDisk(source.file, 2 * source.bytes, `Loading ${source.reference}`);
      await host.runner.run(saveArgv(source.reference, source.file), options);
    }
    await host.runner.run(loadArgv(source.file), inside);
    for (const argv of names.flatMap(giveNamesBack)) await host.runner.run(argv, { ...inside, signal: undefined });
  } finally {
    if (source.kind === 'image') await rm(source.file, { force: true });
  }
  await requireThere(host, cluster, names, options.signal);
}

async function requireThere(
  host: Host,
  cluster: Daemon,
  names: readonly LoadedName[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = names.map(({ as }) => as);
  const found = (await inspectImages(host, cluster, wanted, signal)).flatMap(({ references }) => references);
  const missing = wanted.filter((reference) => !found.includes(reference));
  if (missing.length === 0) return;
  throw new SparkDevError(
    'IMAGE_MISSING',
    `${missing.join(', ')} was loaded but is missing from ${daemonTitles.cluster}`,
    {
      why: 'docker load succeeded, but the daemon does not list the image.',
      fix: ['spark-dev images list', 'spark-dev doctor'],
    },
  );
}
