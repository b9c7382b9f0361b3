import { access, readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Directories } from '../../ports/host.js';

/** All that we ever make in our folders, by name or by what it begins with (`look-`): whatever else lies there is somebody's, and stays. */
export const ownNames = {
  data: ['docker-run', 'images', 'k9s', 'kubeconfig', 'minikube', 'recreate', 'skaffold', 'tools'],
  cache: ['build', 'class-archives', 'downloads', 'go', 'jars', 'jre', 'kubectl', 'look-', 'spark'],
  state: ['durations.json', 'journal', 'logs', 'namespaces', 'runs'],
} as const;

type OwnDirectory = keyof typeof ownNames;

const ownDirectories = Object.keys(ownNames) as readonly OwnDirectory[];

export interface OwnPlaces {
  readonly own: readonly string[];
  /** In our folders and not ours. */
  readonly foreign: readonly string[];
}

function isNamed(name: string, own: string): boolean {
  return own.endsWith('-') ? name.startsWith(own) : name === own;
}

export async function listPlaces(directories: Directories): Promise<OwnPlaces> {
  const found = await Promise.all(
    ownDirectories.map(async (kind) => {
      const names = (await readdir(directories[kind]).catch(() => [])).sort();
      const isOwn = (name: string): boolean => ownNames[kind].some((own) => isNamed(name, own));
      const pathOf = (name: string): string => join(directories[kind], name);
      return { own: names.filter(isOwn).map(pathOf), foreign: names.filter((name) => !isOwn(name)).map(pathOf) };
    }),
  );
  // settings are written by people
  const settings = (await readdir(directories.config).catch(() => [])).map((name) => join(directories.config, name));
  return {
    own: found.flatMap(({ own }) => own),
    foreign: [...found.flatMap(({ foreign }) => foreign), ...settings],
  };
}

/** Our empty folders, and the SPARK_DEV_HOME above them: one that holds anything else refuses to go. */
export async function removeEmptyDirectories(directories: Directories, home: string | undefined): Promise<void> {
  const parents = home === undefined ? [] : [dirname(directories.data)];
  for (const path of [...ownDirectories.map((kind) => directories[kind]), directories.config, ...parents])
    await rmdir(path).catch(() => undefined);
}

/** What says that Docker may hold something of ours; gone as soon as it does not any more. */
export function dockerWitnesses({ data }: Directories): readonly string[] {
  return [join(data, 'minikube'), join(data, 'kubeconfig'), join(data, 'images')];
}

export function hasImageFiles({ data }: Directories): Promise<boolean> {
  return isThere(join(data, 'images'));
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
