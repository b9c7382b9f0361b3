import { basename, join } from 'node:path';
import { z } from 'zod';
import { readEntry } from '../../journal/journal.js';
import type { KubectlTool } from '../../kube/kubectl.js';
import type { Directories, Host } from '../../ports/host.js';
import type { Argv, RunOptions, RunResult } from '../../ports/runner.js';
import type { HostPrograms } from '../programs.js';
import type { MinikubeCluster } from '../minikube/argv.js';

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

export async function readRecreation(host: Host): Promise<RecreationRecord | undefined> {
  return readEntry(host, 'recreate-cluster', recordSchema);
}

/** The files of the saved data. */
export interface RecreationFolder {
  readonly root: string;
  readonly objects: string;
  readonly ownRights: string;
  readonly images: string;
  readonly secrets: (namespace: string) => string;
  readonly claim: (claim: Pick<SavedClaim, 'namespace' | 'name'>) => string;
}

export function recreationFolder({ data }: Pick<Directories, 'data'>): RecreationFolder {
  const root = join(data, 'recreate');
  return {
    root,
    objects: join(root, 'objects.json'),
    ownRights: join(root, 'own-rights.json'),
    images: join(root, 'images.tar'),
    secrets: (namespace) => join(root, `secrets-of-${namespace}.json`),
    claim: ({ namespace, name }) => join(root, `claim-${namespace}.${name}.tar`),
  };
}

/** Shared by the steps. */
export interface RecreationContext {
  readonly host: Host;
  readonly plan: RecreationPlan;
  /** Grows with each saved file; kept in the journal. */
  readonly archives: Archives;
  readonly folder: RecreationFolder;
  readonly programs: HostPrograms;
  readonly cluster: MinikubeCluster;
  readonly kubectl: KubectlTool;
  readonly options: { readonly env: MinikubeCluster['env']; readonly signal: AbortSignal; readonly logFile: string };
  readonly run: (argv: Argv, more?: RunOptions) => Promise<RunResult>;
  readonly progress: (note: string) => void;
}
