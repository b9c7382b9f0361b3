import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOwnName, listOwnFolders, markerName, ownFolders, type OwnFolder } from '../../config/own-folders.js';
import type { Directories } from '../../ports/host.js';
import { runIdPattern } from '../folders.js';
import { isThere } from '../../files/paths.js';

export interface OwnPaths {
  readonly own: readonly string[];
  /** In these folders, and not made by spark-dev. */
  readonly foreign: readonly string[];
}

export async function listOwnPaths(directories: Directories): Promise<OwnPaths> {
  const ours = await listOwnFolders(directories);
  const found = await Promise.all(ownFolders.map((kind) => listIn(directories, kind, ours.includes(kind))));
  // settings are written by people
  const settings = (await list(directories.config)).map((name) => join(directories.config, name));
  const own = found.flatMap((places) => places.own);
  const isMarker = (path: string): boolean => basename(path) === markerName;
  const made = own.filter((path) => !isMarker(path));
  return {
    // the markers go after all that they prove, see removeEmptyDirectories
    own: made.length === 0 ? own : made,
    foreign: [...found.flatMap(({ foreign }) => foreign), ...settings],
  };
}

async function listIn(directories: Directories, kind: OwnFolder, isManaged: boolean): Promise<OwnPaths> {
  const folder = directories[kind];
  const names = await list(folder);
  const pathOf = (name: string): string => join(folder, name);
  if (!isManaged) return { own: [], foreign: names.map(pathOf) };
  const foreign = names.filter((name) => !isOwnName(kind, name)).map(pathOf);
  const own = names.filter((name) => isOwnName(kind, name) && name !== 'runs').map(pathOf);
  if (kind !== 'state' || !names.includes('runs')) return { own, foreign };
  const runs = await list(pathOf('runs'));
  const strange = runs.filter((name) => !runIdPattern.test(name));
  if (strange.length === 0) return { own: [...own, pathOf('runs')], foreign };
  const below = (name: string): string => join(folder, 'runs', name);
  return {
    own: [...own, ...runs.filter((name) => runIdPattern.test(name)).map(below)],
    foreign: [...foreign, ...strange.map(below)],
  };
}

async function list(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Markers, our empty folders, and the SPARK_DEV_HOME above them: one that holds anything else refuses to go. */
export async function removeEmptyDirectories(directories: Directories, home: string | undefined): Promise<void> {
  const ours = await listOwnFolders(directories);
  for (const kind of ours) await rm(join(directories[kind], markerName), { force: true });
  const parents = home === undefined ? [] : [dirname(directories.data)];
  for (const path of [...ownFolders.map((kind) => directories[kind]), directories.config, ...parents])
    await rmdir(path).catch(() => undefined);
}

/** What says that Docker may hold something of ours; gone as soon as it does not any more. */
export function dockerWitnesses({ data }: Directories): readonly string[] {
  return [join(data, 'minikube'), join(data, 'kubeconfig'), join(data, 'images')];
}

export function hasImageFiles({ data }: Directories): Promise<boolean> {
  return isThere(join(data, 'images'));
}
