import { mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import type { KubectlTool } from '../../kube/kubectl.js';
import { readDockerEnv, type ChildRequests, type MinikubeCluster } from '../minikube/provider.js';
import { profileFile } from '../minikube/profile-file.js';
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
export interface RecreationSession {
  readonly cluster: MinikubeCluster;
  readonly kubectl: KubectlTool;
}

export async function observeContent(
  host: Host,
  session: RecreationSession,
  requests: ChildRequests,
): Promise<ObservedContent> {
  const settings = parseProfileSettings(await readFile(profileFile(host), 'utf8'));
  const [everything, ownRights, customKinds, images] = await Promise.all([
    readLong(host, session, getEverythingArgv(session.kubectl), requests),
    readLong(host, session, getOwnRightsArgv(session.kubectl), requests),
    host.runner.run(getCustomKindsArgv(session.kubectl), { env: session.cluster.env, ...requests }),
    settings.containerRuntime === 'docker' ? listImages(host, session, requests) : [],
  ]);
  const objects = [...parseObjectList(everything), ...parseObjectList(ownRights)];
  return {
    objects,
    customKinds: customKinds.stdout.split('\n').filter((line) => line !== ''),
    claimBytes: await measureClaims(host, session, settings, objects, requests),
    images,
    settings,
    freeBytes: await freeBytes(host),
  };
}

/** A cluster's objects are often more than what a result holds, so they pass through a file that nobody else can read. */
export async function readLong(
  host: Host,
  { cluster }: RecreationSession,
  argv: Argv,
  requests: ChildRequests & { readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  await mkdir(host.directories.cache, { recursive: true });
  const folder = await mkdtemp(join(host.directories.cache, 'look-'));
  try {
    const stdoutFile = join(folder, 'stdout');
    await host.runner.run(argv, { env: cluster.env, ...requests, stdoutFile });
    return await readFile(stdoutFile, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function listImages(
  host: Host,
  session: RecreationSession,
  requests: ChildRequests,
): Promise<readonly ClusterImage[]> {
  const env = await readDockerEnv(host, session.cluster, requests);
  const listed = await host.runner.run(listImagesArgv(), { env, ...requests });
  const ids = [...new Set(listed.stdout.split('\n').filter((id) => id !== ''))];
  if (ids.length === 0) return [];
  return parseImages(await readLong(host, session, inspectImagesArgv(ids), { ...requests, env }));
}

async function measureClaims(
  host: Host,
  { cluster }: RecreationSession,
  { driver }: ProfileSettings,
  objects: readonly KubeObject[],
  requests: ChildRequests,
): Promise<Readonly<Record<string, number>>> {
  const { saved } = sortClaims(objects, listKeptNamespaces(objects));
  if (saved.length === 0) return {};
  const argv = measureArgv(
    { ...cluster, driver },
    saved.map(({ path }) => path),
  );
  const { stdout } = await host.runner.run(argv, { env: cluster.env, ...requests });
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
