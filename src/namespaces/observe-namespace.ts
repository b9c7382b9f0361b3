import { z } from 'zod';
import { pinnedKubectl } from '../kube/kubectl.js';
import { homeFolderAnnotation, homeLabel } from '../kube/names.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Argv } from '../ports/runner.js';
import { ask, type NamespaceSession } from './session.js';

export interface ObservedNamespace {
  readonly name: string;
  readonly ours: boolean;
  /** The id of the home that made it, and where that home had its data; empty where it does not say. */
  readonly home: string;
  readonly madeBy: string;
  readonly isTerminating: boolean;
  /** What keeps a deletion from its end, in the words of Kubernetes. */
  readonly obstacles: readonly string[];
}

const words = z.record(z.string(), z.string()).default({});
const namespaceSchema = z.object({
  metadata: z.object({ name: z.string(), labels: words, annotations: words }),
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
  return [...pinnedKubectl(cluster), 'get', 'namespace', name, '--ignore-not-found', '--output=json'];
}

export function listNamespacesArgv(cluster: PreparedCluster): Argv {
  const ours = '--selector=app.kubernetes.io/managed-by=spark-dev';
  return [...pinnedKubectl(cluster), 'get', 'namespaces', ours, '--output=json'];
}

/** Undefined where there is none of that name. */
export async function observeNamespace(
  session: NamespaceSession,
  name: string,
): Promise<ObservedNamespace | undefined> {
  const stdout = await ask(session, getNamespaceArgv(session.cluster, name));
  return stdout.trim() === '' ? undefined : toSeen(namespaceSchema.parse(JSON.parse(stdout)));
}

export async function listNamespaces(session: NamespaceSession): Promise<readonly ObservedNamespace[]> {
  const stdout = await ask(session, listNamespacesArgv(session.cluster));
  return z
    .object({ items: z.array(namespaceSchema) })
    .parse(JSON.parse(stdout))
    .items.map(toSeen);
}

function toSeen({ metadata, status }: z.output<typeof namespaceSchema>): ObservedNamespace {
  return {
    name: metadata.name,
    ours: metadata.labels['app.kubernetes.io/managed-by'] === 'spark-dev',
    home: metadata.labels[homeLabel] ?? '',
    madeBy: metadata.annotations[homeFolderAnnotation] ?? '',
    isTerminating: status.phase === 'Terminating',
    obstacles: status.conditions
      .filter((one) => one.status === 'True')
      .map(({ type, message }) => `${type}: ${message}`),
  };
}
