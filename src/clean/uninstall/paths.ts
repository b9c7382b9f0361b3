import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listFoldersOfOthers, listOwnFolders, ownFolders } from '../../config/own-folders.js';
import { listFormed, markerName, sortOwn, type OwnFolder, type OwnPaths } from '../../config/own-forms.js';
import type { Directories } from '../../ports/host.js';

export interface HomePaths extends OwnPaths {
  /** Folders that another home marked. */
  readonly ofOthers: readonly string[];
}

export async function listOwnPaths(directories: Directories): Promise<HomePaths> {
  const [ours, others] = await Promise.all([listOwnFolders(directories), listFoldersOfOthers(directories)]);
  const kinds = removalOrder.filter((kind) => !others.includes(kind));
  const found = await Promise.all(kinds.map((kind) => listIn(directories, kind, ours.includes(kind))));
  // people write settings
  const settings = (await list(directories.config)).map((name) => join(directories.config, name));
  const own = found.flatMap((paths) => paths.own);
  const isMarker = (path: string): boolean => basename(path) === markerName;
  const made = own.filter((path) => !isMarker(path));
  return {
    // markers go after everything that they prove, see removeEmptyDirectories
    own: made.length === 0 ? own : made,
    foreign: [...found.flatMap(({ foreign }) => foreign), ...settings],
    ofOthers: others.map((kind) => directories[kind]),
  };
}

/** The marker in `data` goes last: the other markers refer to it. */
const removalOrder = [...ownFolders].reverse();

async function listIn(directories: Directories, kind: OwnFolder, isManaged: boolean): Promise<OwnPaths> {
  const names = await list(directories[kind]);
  if (!isManaged) return { own: [], foreign: names.map((name) => join(directories[kind], name)) };
  const sorted = await Promise.all(names.map((name) => sortOwn(directories, kind, name)));
  return { own: sorted.flatMap(({ own }) => own), foreign: sorted.flatMap(({ foreign }) => foreign) };
}

async function list(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Markers, and our empty folders: one that holds anything else refuses to go. */
export async function removeEmptyDirectories(directories: Directories): Promise<void> {
  const ours = await listOwnFolders(directories);
  for (const kind of removalOrder.filter((one) => ours.includes(one)))
    await rm(join(directories[kind], markerName), { force: true });
  for (const path of [...ownFolders.map((kind) => directories[kind]), directories.config])
    await rmdir(path).catch(() => undefined);
}

export async function hasImageFiles(directories: Directories): Promise<boolean> {
  return (await listFormed(directories, 'data', 'images')).length > 0;
}
