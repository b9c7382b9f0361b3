import { mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import type { KubectlTool } from '../../kube/kubectl.js';
import { profileFile } from '../minikube/profile-file.js';
import { getCustomKindsArgv, getEverythingArgv, getOwnRightsArgv, measureArgv } from './argv.js';
import { z } from 'zod';
import type { RunOptions } from '../../ports/runner.js';
import { isContainer } from './argv.js';
import { parseImages, type ClusterImage } from './images.js';
import { listKeptNamespaces, parseObjectList, sortClaims, type RawObject } from './objects.js';
import type { ProfileSettings } from './record.js';
import type { MinikubeCluster } from '../minikube/argv.js';
import { readDockerEnv } from '../minikube/profile.js';

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
  cluster: MinikubeCluster,
  kubectl: KubectlTool,
  signal: AbortSignal,
): Promise<ObservedContent> {
  const { directories } = host;
  const options = { env: cluster.env, signal };
  const settings = parseProfileSettings(await readFile(profileFile(host), 'utf8'));
  const [everything, ownRights, customKinds, images] = await Promise.all([
    readLong(host, getEverythingArgv(kubectl), options),
    readLong(host, getOwnRightsArgv(kubectl), options),
    host.runner.run(getCustomKindsArgv(kubectl), options),
    settings.containerRuntime === 'docker' ? listImages(host, cluster, signal) : [],
  ]);
  const objects = [...parseObjectList(everything), ...parseObjectList(ownRights)];
  const claimBytes = await measureClaims(host, { ...cluster, driver: settings.driver }, objects, options);
  await mkdir(directories.data, { recursive: true });
  const { bavail, bsize } = await statfs(directories.data);
  return { objects, customKinds: linesOf(customKinds.stdout), claimBytes, images, settings, freeBytes: bavail * bsize };
}

/** The output can exceed the limit of a command result, so it goes through a file that only the user can read. */
export async function readLong(host: Host, argv: Argv, options: RunOptions): Promise<string> {
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
  const ids = [...new Set(linesOf(listed.stdout))];
  return ids.length === 0 ? [] : parseImages(await readLong(host, ['docker', 'image', 'inspect', ...ids], options));
}

async function measureClaims(
  host: Host,
  node: MinikubeCluster & { readonly driver: string },
  objects: readonly RawObject[],
  options: RunOptions,
): Promise<Readonly<Record<string, number>>> {
  const { saved } = sortClaims(objects, listKeptNamespaces(objects));
  if (saved.length === 0) return {};
  const paths = saved.map(({ path }) => path);
  const { stdout } = await host.runner.run(measureArgv(node, paths), options);
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

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

const option = z.object({ Component: z.string(), Key: z.string(), Value: z.string() });
const words = z.array(z.string()).nullish();

const configSchema = z.object({
  Driver: z.string().default('docker'),
  DiskSize: z.number().optional(),
  InsecureRegistry: words,
  RegistryMirror: words,
  DockerOpt: words,
  Addons: z.record(z.string(), z.boolean()).nullish(),
  KubernetesConfig: z
    .object({
      ContainerRuntime: z.string().default('docker'),
      FeatureGates: z.string().nullish(),
      CNI: z.string().nullish(),
      ExtraOptions: z.array(option).nullish(),
    })
    .prefault({}),
});

const commonAddons = ['default-storageclass', 'storage-provisioner'];

/** The settings in the profile's config.json (minikube 1.38) that `minikube start` accepts as flags. */
export function parseProfileSettings(text: string): ProfileSettings {
  const config = configSchema.parse(JSON.parse(text));
  const { Driver: driver, DiskSize } = config;
  const { ContainerRuntime, FeatureGates, CNI, ExtraOptions } = config.KubernetesConfig;
  const each = (flag: string, values: readonly (string | null | undefined)[] | null | undefined): readonly string[] =>
    (values ?? []).filter((value) => (value ?? '') !== '').map((value) => `--${flag}=${value ?? ''}`);
  // system-reserved depends on the size
  const extra = (ExtraOptions ?? []).filter(({ Key }) => Key !== 'system-reserved');
  return {
    driver,
    containerRuntime: ContainerRuntime === '' ? 'docker' : ContainerRuntime,
    flags: [
      ...each(
        'extra-config',
        extra.map(({ Component, Key, Value }) => `${Component}.${Key}=${Value}`),
      ),
      ...each('feature-gates', [FeatureGates]),
      ...each('cni', [CNI]),
      ...each('insecure-registry', config.InsecureRegistry),
      ...each('registry-mirror', config.RegistryMirror),
      ...each('docker-opt', config.DockerOpt),
      ...(isContainer({ driver }) || DiskSize === undefined ? [] : [`--disk-size=${String(DiskSize)}mb`]),
    ],
    addons: Object.entries(config.Addons ?? {})
      .filter(([name, isOn]) => isOn && !commonAddons.includes(name))
      .map(([name]) => name)
      .sort(),
  };
}
