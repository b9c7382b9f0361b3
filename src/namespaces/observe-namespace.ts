import { z } from 'zod';
import { askKubectl, kubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Argv } from '../ports/runner.js';
import type { NamespaceSession } from './session.js';
import { isOwn, ownSelector } from '../kube/labels.js';

export interface ObservedNamespace {
  readonly name: string;
  readonly ours: boolean;
  readonly isTerminating: boolean;
  /** What keeps a deletion from its end, in the words of Kubernetes. */
  readonly obstacles: readonly string[];
}

const namespaceSchema = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  status: z
    .object({
      phase: z.string().default('Active'),
      conditions: z
        .array(z.object({ status: z.string(), type: z.string(), message: z.string().default('') }))
        .default([]),
    })
    .default({ phase: 'Active', conditions: [] }),
});

export function getNamespaceArgv(cluster: PreparedCluster, name: string): Argv {
  return kubectl(cluster).get('namespace', name, '--ignore-not-found', '--output=json');
}

export function listNamespacesArgv(cluster: PreparedCluster): Argv {
  return kubectl(cluster).get('namespaces', `--selector=${ownSelector}`, '--output=json');
}

/** Undefined where there is none of that name. */
export async function observeNamespace(
  session: NamespaceSession,
  name: string,
): Promise<ObservedNamespace | undefined> {
  const stdout = await askKubectl(session, getNamespaceArgv(session.cluster, name));
  return stdout.trim() === '' ? undefined : toSeen(namespaceSchema.parse(JSON.parse(stdout)));
}

export async function listNamespaces(session: NamespaceSession): Promise<readonly ObservedNamespace[]> {
  const stdout = await askKubectl(session, listNamespacesArgv(session.cluster));
  return z
    .object({ items: z.array(namespaceSchema) })
    .parse(JSON.parse(stdout))
    .items.map(toSeen);
}

function toSeen({ metadata, status }: z.output<typeof namespaceSchema>): ObservedNamespace {
  return {
    name: metadata.name,
    ours: isOwn(metadata.labels),
    isTerminating: status.phase === 'Terminating',
    obstacles: status.conditions
      .filter((one) => one.status === 'True')
      .map(({ type, message }) => `${type}: ${message}`),
  };
}
