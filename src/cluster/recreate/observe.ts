import { mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import type { KubectlTool } from '../kubectl.js';
import { readDockerEnv, type ChildWishes, type MinikubeCluster } from '../minikube/provider.js';
import { clusterPlaces, profileName } from '../names.js';
import {
  getCustomKindsArgv,
  getEverythingArgv,
  getOwnRightsArgv,
  inspectImagesArgv,
  listImagesArgv,
  measureArgv,
} from './argv.js';
import { sortClaims } from './claims.js';
import { parseImages, type ClusterImage } from './images.js';
import { listKeptNamespaces, parseObjectList, type KubeObject } from './objects.js';
import { parseProfileSettings, type ProfileSettings } from './profile-settings.js';

/** A running cluster, looked at for what is to be kept of it. */
export interface ObservedContent {
  /** Without Secrets. */
  readonly objects: readonly KubeObject[];
  readonly customKinds: readonly string[];
  /** On the disk, by `NAMESPACE/NAME`. */
  readonly claimBytes: Readonly<Record<string, number>>;
  readonly images: readonly ClusterImage[];
  readonly settings: ProfileSettings;
  /** Where the saved things would lie. */
  readonly freeBytes: number;
}

/** The tools that reach one cluster. */
export interface ClusterReach {
  readonly cluster: MinikubeCluster;
  readonly kubectl: KubectlTool;
}

export async function observeContent(host: Host, reach: ClusterReach, wishes: ChildWishes): Promise<ObservedContent> {
  const settings = await readProfileSettings(host);
  const [everything, ownRights, customKinds, images] = await Promise.all([
    readLong(host, reach, getEverythingArgv(reach.kubectl), wishes),
    readLong(host, reach, getOwnRightsArgv(reach.kubectl), wishes),
    host.runner.run(getCustomKindsArgv(reach.kubectl), { env: reach.cluster.env, ...wishes }),
    settings.containerRuntime === 'docker' ? listImages(host, reach, wishes) : [],
  ]);
  const objects = [...parseObjectList(everything), ...parseObjectList(ownRights)];
  return {
    objects,
    customKinds: customKinds.stdout.split('\n').filter((line) => line !== ''),
    claimBytes: await measureClaims(host, reach, settings, objects, wishes),
    images,
    settings,
    freeBytes: await freeBytes(host),
  };
}

async function readProfileSettings({ directories }: Host): Promise<ProfileSettings> {
  const { minikubeHome } = clusterPlaces(directories);
  return parseProfileSettings(
    await readFile(join(minikubeHome, '.minikube', 'profiles', profileName, 'config.json'), 'utf8'),
  );
}

/** A cluster's objects are often more than what a result holds, so they pass through a file that nobody else can read. */
export async function readLong(
  host: Host,
  { cluster }: ClusterReach,
  argv: Argv,
  wishes: ChildWishes & { readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  await mkdir(host.directories.cache, { recursive: true });
  const folder = await mkdtemp(join(host.directories.cache, 'look-'));
  try {
    const stdoutFile = join(folder, 'stdout');
    await host.runner.run(argv, { env: cluster.env, ...wishes, stdoutFile });
    return await readFile(stdoutFile, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function listImages(host: Host, reach: ClusterReach, wishes: ChildWishes): Promise<readonly ClusterImage[]> {
  const env = await readDockerEnv(host, reach.cluster, wishes);
  const listed = await host.runner.run(listImagesArgv(), { env, ...wishes });
  const ids = [...new Set(listed.stdout.split('\n').filter((id) => id !== ''))];
  if (ids.length === 0) return [];
  return parseImages(await readLong(host, reach, inspectImagesArgv(ids), { ...wishes, env }));
}

async function measureClaims(
  host: Host,
  { cluster }: ClusterReach,
  { driver }: ProfileSettings,
  objects: readonly KubeObject[],
  wishes: ChildWishes,
): Promise<Readonly<Record<string, number>>> {
  const { saved } = sortClaims(objects, listKeptNamespaces(objects));
  if (saved.length === 0) return {};
  const argv = measureArgv(
    { ...cluster, driver },
    saved.map(({ path }) => path),
  );
  const { stdout } = await host.runner.run(argv, { env: cluster.env, ...wishes });
  const byPath = new Map(
    stdout.split('\n').map((line): [string, number] => {
      const [bytes = '', path = ''] = line.split('\t');
      return [path.trim(), Number(bytes)];
    }),
  );
  return Object.fromEntries(
    saved.map(({ namespace, name, path }) => [`${namespace}/${name}`, byPath.get(path) ?? Number.NaN]),
  );
}

async function freeBytes({ directories }: Host): Promise<number> {
  await mkdir(directories.data, { recursive: true });
  const { bavail, bsize } = await statfs(directories.data);
  return bavail * bsize;
}
