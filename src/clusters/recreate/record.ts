import { z } from 'zod';
import { readEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';

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
const workload = z.object({
  kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'CronJob']),
  ...named,
  replicas: z.number().exactOptional(),
});

const planSchema = z.object({
  size: z.object({ cpus: z.number(), memoryMb: z.number() }),
  /** Whose objects are put back. */
  namespaces: z.array(z.string()).readonly(),
  workloads: z.array(workload).readonly(),
  mortals: z.array(z.object({ kind: z.enum(['Job', 'Pod']), ...named })).readonly(),
  claims: z.array(z.object({ ...named, path: z.string() })).readonly(),
  images: z.array(z.string()).readonly(),
  settings: z.object({
    driver: z.string(),
    containerRuntime: z.string(),
    flags: z.array(z.string()).readonly(),
    addons: z.array(z.string()).readonly(),
  }),
});

/** All that a later call needs to go on; nothing of it is looked up again. */
export type RecreationPlan = z.infer<typeof planSchema>;

const archives = z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() }));

/** By path. */
export type Archives = z.infer<typeof archives>;

const recordSchema = z.object({ step: z.enum(recreationSteps), plan: planSchema, archives });

export type RecreationRecord = z.infer<typeof recordSchema>;

export async function readRecreation(host: Host): Promise<RecreationRecord | undefined> {
  return readEntry(host, 'recreate-cluster', recordSchema);
}
