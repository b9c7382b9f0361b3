import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { sumOf } from '../../files/paths.js';
import { readEntry } from '../../journal/journal.js';
import type { KubectlTool } from '../../kube/kubectl.js';
import type { Directories, Host } from '../../ports/host.js';
import type { Argv, RunOptions, RunResult } from '../../ports/runner.js';
import { showBytes } from '../../text/sizes.js';
import type { MinikubeCluster } from '../minikube/argv.js';
import { describeKubectl, describeMinikube, type HostPrograms } from '../programs.js';

/** In order; the journal names the current step. */
export const recreationSteps = [
  'pause',
  'save-objects',
  'save-claims',
  'save-images',
  'delete',
  'start',
  'restore-images',
  'restore-objects',
  'restore-claims',
  'verify',
  'wake',
  'tidy',
] as const;

export type RecreationStep = (typeof recreationSteps)[number];

const named = { namespace: z.string(), name: z.string() };
const strings = z.array(z.string()).readonly();

const planSchema = z.object({
  size: z.object({ cpus: z.number(), memoryMb: z.number() }),
  /** Namespaces whose objects are restored. */
  namespaces: strings,
  workloads: z
    .array(
      z.object({
        kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'CronJob']),
        ...named,
        /** The number before the pause; only for scalable kinds. */
        replicas: z.number().exactOptional(),
      }),
    )
    .readonly(),
  mortals: z.array(z.object({ kind: z.enum(['Job', 'Pod']), ...named })).readonly(),
  /** Claims whose files are saved, each with its directory in the node. */
  claims: z.array(z.object({ ...named, path: z.string() })).readonly(),
  images: strings,
  /** Settings of the profile other than its size: flags of `minikube start`, and non-default addons. */
  settings: z.object({ driver: z.string(), containerRuntime: z.string(), flags: strings, addons: strings }),
});

/** Everything that a later call needs to continue; it does not look anything up again. */
export type RecreationPlan = z.infer<typeof planSchema>;

/** Objects that keep pods running. */
export type Workload = RecreationPlan['workloads'][number];

/** Pods that no controller recreates. */
export type UnmanagedPod = RecreationPlan['mortals'][number];
export type SavedClaim = RecreationPlan['claims'][number];
export type ProfileSettings = RecreationPlan['settings'];

/** By file name, because the home can move; earlier versions wrote paths. */
const archives = z
  .record(z.string(), z.object({ sha256: z.string(), bytes: z.number() }))
  .transform((noted) => Object.fromEntries(Object.entries(noted).map(([path, one]) => [basename(path), one])));

export type Archives = z.infer<typeof archives>;

const recordSchema = z.object({ step: z.enum(recreationSteps), plan: planSchema, archives });

export type RecreationRecord = z.infer<typeof recordSchema>;

export function readRecreation(host: Host): Promise<RecreationRecord | undefined> {
  return readEntry(host, 'recreate-cluster', recordSchema);
}

/** The files of the saved data. */
export function recreationFolder({ data }: Pick<Directories, 'data'>) {
  const root = join(data, 'recreate');
  return {
    root,
    objects: join(root, 'objects.json'),
    ownRights: join(root, 'own-rights.json'),
    images: join(root, 'images.tar'),
    secrets: (namespace: string) => join(root, `secrets-of-${namespace}.json`),
    claim: ({ namespace, name }: Omit<SavedClaim, 'path'>) => join(root, `claim-${namespace}.${name}.tar`),
  };
}

/** The cluster, and the driver of its node. */
export interface NodeAccess extends MinikubeCluster {
  readonly driver: string;
}

/** What the commands of the steps depend on. */
export interface RecreationTools {
  readonly plan: RecreationPlan;
  /** The start with the new size, for a dry run only: otherwise init plans it. */
  readonly start: readonly Argv[];
  readonly folder: ReturnType<typeof recreationFolder>;
  readonly cluster: NodeAccess;
  readonly kubectl: KubectlTool;
  /** The folder with the manifests that init writes for jobs. */
  readonly rights: string;
}

export function describeTools(
  host: Host,
  programs: HostPrograms,
  { driver }: Pick<ProfileSettings, 'driver'>,
): Omit<RecreationTools, 'plan' | 'start'> {
  return {
    folder: recreationFolder(host.directories),
    cluster: { ...describeMinikube(host, programs), driver },
    kubectl: describeKubectl(host, programs),
    rights: join(host.directories.package, 'kustomize', 'rights'),
  };
}

/** What the steps work with. */
export interface RecreationContext extends RecreationTools {
  readonly host: Host;
  /** Grows with each saved file; kept in the journal. */
  readonly archives: Archives;
  readonly programs: HostPrograms;
  readonly options: { readonly env: MinikubeCluster['env']; readonly signal: AbortSignal; readonly logFile: string };
  readonly run: (argv: Argv, more?: RunOptions) => Promise<RunResult>;
}

/** The digest of the data on disk: syncs first. */
export async function digestFile(path: string): Promise<Archives[string]> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return { sha256: await sumOf(path), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

/** Checks that the saved file is unchanged. */
export async function requireIntact({ archives }: RecreationContext, path: string): Promise<void> {
  const expected = archives[basename(path)];
  const found = await digestFile(path).catch(() => undefined);
  if (expected !== undefined && found?.sha256 === expected.sha256) return;
  throw new SparkDevError('RESTORE_DIFFERS', `The saved file ${path} is missing or was changed`, {
    why:
      found === undefined
        ? 'The file is missing.'
        : `Its sha256 is ${found.sha256} (${showBytes(found.bytes)}), expected: ${expected?.sha256 ?? 'never recorded'}.`,
    fix: ['Restore the file, then: spark-dev init --yes', 'Delete the cluster: spark-dev down --delete'],
    facts: { path },
  });
}
