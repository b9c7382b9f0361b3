import { basename, join } from 'node:path';
import { z } from 'zod';
import { readEntry } from '../../journal/journal.js';
import type { KubectlTool } from '../../kube/kubectl.js';
import type { Directories, Host } from '../../ports/host.js';
import type { Argv, RunOptions, RunResult } from '../../ports/runner.js';
import type { HostPrograms } from '../programs.js';
import type { MinikubeCluster } from '../minikube/profile.js';

/** In this order; the journal names the one that has begun. */
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
  /** Whose objects are put back. */
  namespaces: strings,
  workloads: z
    .array(
      z.object({
        kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'CronJob']),
        ...named,
        /** Before it was paused; only of those that are scaled. */
        replicas: z.number().exactOptional(),
      }),
    )
    .readonly(),
  mortals: z.array(z.object({ kind: z.enum(['Job', 'Pod']), ...named })).readonly(),
  /** Those whose files are saved, each with its directory in the node. */
  claims: z.array(z.object({ ...named, path: z.string() })).readonly(),
  images: strings,
  /** What the profile was made with beside its size: flags of `minikube start`, and addons that not every profile has. */
  settings: z.object({ driver: z.string(), containerRuntime: z.string(), flags: strings, addons: strings }),
});

/** All that a later call needs to go on; nothing of it is looked up again. */
export type RecreationPlan = z.infer<typeof planSchema>;

/** What keeps pods running. */
export type Workload = RecreationPlan['workloads'][number];

/** Nobody makes it anew once it is ended. */
export type UnmanagedPod = RecreationPlan['mortals'][number];
export type SavedClaim = RecreationPlan['claims'][number];
export type ProfileSettings = RecreationPlan['settings'];

/** By name, as a home can be moved meanwhile; earlier versions wrote paths. */
const archives = z
  .record(z.string(), z.object({ sha256: z.string(), bytes: z.number() }))
  .transform((noted) => Object.fromEntries(Object.entries(noted).map(([path, one]) => [basename(path), one])));

export type Archives = z.infer<typeof archives>;

const recordSchema = z.object({ step: z.enum(recreationSteps), plan: planSchema, archives });

export type RecreationRecord = z.infer<typeof recordSchema>;

export async function readRecreation(host: Host): Promise<RecreationRecord | undefined> {
  return readEntry(host, 'recreate-cluster', recordSchema);
}

/** Where all that is saved lies until the new cluster has it. */
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

/** Everything that the steps share. */
export interface RecreationContext {
  readonly host: Host;
  readonly plan: RecreationPlan;
  /** Grows with each thing that is saved; the journal keeps it. */
  readonly archives: Archives;
  readonly folder: RecreationFolder;
  readonly programs: HostPrograms;
  readonly cluster: MinikubeCluster;
  readonly kubectl: KubectlTool;
  readonly options: { readonly env: MinikubeCluster['env']; readonly signal: AbortSignal; readonly logFile: string };
  readonly run: (argv: Argv, more?: RunOptions) => Promise<RunResult>;
  readonly progress: (note: string) => void;
}
