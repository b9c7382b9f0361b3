import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
