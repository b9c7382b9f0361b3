import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { listFiles, listFilesAt, sumOf } from '../../../files/paths.js';
import type { Argv } from '../../../ports/runner.js';
import { workFolder } from '../../../services/submit/driver-pod.js';
import { scriptWords } from '../../../services/submit/pod-process.js';
import { writeRunFiles, type RunFiles } from '../../run-files.js';

/** The application's files in the pod: what its image has in /opt/spark/app, and what came later. */
export const treeFolder = `${workFolder}/app`;

/** Of image/: what a driver takes when its program begins. Executors have the rest from their image too, so that needs a new image. */
export const syncedFolders = ['app', 'extra/py'];

/** In the image, next to the application: names the state of all that is not synced. */
export const stampName = 'layer';

function stampPath(folder: string): string {
  return join(folder, 'image', stampName);
}

/** Brings a session's folder to this state, and writes what has changed alone: Skaffold looks at the time of each file. */
export async function layTree(folder: string, files: RunFiles): Promise<'same' | 'synced' | 'rebuilt'> {
  const stamp = await stampOf(files);
  const before = await readFile(stampPath(folder), 'utf8').catch(() => undefined);
  if (before !== stamp) {
    await rm(join(folder, 'image'), { recursive: true, force: true });
    await writeRunFiles(folder, files);
    await writeFile(stampPath(folder), stamp);
    return 'rebuilt';
  }
  let isSame = true;
  const wanted = files.copied.filter(({ to }) => isSynced(to));
  for (const { from, to } of wanted) {
    const target = join(folder, to);
    if ((await sumOf(from)) === (await sumOf(target).catch(() => undefined))) continue;
    isSame = false;
    await mkdir(dirname(target), { recursive: true });
    await copyFile(from, target);
  }
  for (const path of await listSynced(folder)) {
    if (wanted.some(({ to }) => join(folder, to) === path)) continue;
    isSame = false;
    await rm(path);
  }
  return isSame ? 'same' : 'synced';
}

function isSynced(to: string): boolean {
  return syncedFolders.some((synced) => to.startsWith(`image/${synced}/`));
}

/** The files of the image, by size and time; of the generated ones the text. */
async function stampOf({ generated, copied }: RunFiles): Promise<string> {
  const hash = createHash('sha256');
  for (const [path, text] of Object.entries(generated)) hash.update(JSON.stringify([path, text]));
  for (const { from, to } of copied.filter((one) => !isSynced(one.to))) {
    for (const path of await listFilesAt(from)) {
      const { size, mtimeMs } = await stat(path);
      hash.update(JSON.stringify([to, relative(from, path), size, mtimeMs]));
    }
  }
  return `${hash.digest('hex')}\n`;
}

async function listSynced(folder: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    syncedFolders.map((synced) => listFiles(join(folder, 'image', synced)).catch(() => [])),
  );
  return lists.flat();
}

/**
 * Runs a program with the files in its run's folder as they are now: links, so that it costs nothing, and Skaffold's tar writes new
 * files beside them.
 */
export function withTree(folder: string, words: Argv): Argv {
  return scriptWords('cp -alf -- "$1/." "$2" && shift 2 && exec "$@"', treeFolder, folder, ...words);
}

/** What the pod must have: its path in the tree, and its path here. */
export async function listTree(folder: string): Promise<Readonly<Record<string, string>>> {
  const image = join(folder, 'image');
  const synced = (await listSynced(folder)).map(
    (path) => [relative(image, path).replace(/^[^/]+\//, ''), path] as const,
  );
  return Object.fromEntries([...synced, [stampName, stampPath(folder)]]);
}

/** The next state counts as a new one, whatever it is. */
export async function forgetTree(folder: string): Promise<void> {
  await rm(stampPath(folder), { force: true });
}

/** As sha256sum prints it. */
export async function renderManifest(tree: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(tree).map(async ([path, from]) => `${await sumOf(from)}  ${path}\n`);
  return (await Promise.all(lines)).join('');
}
