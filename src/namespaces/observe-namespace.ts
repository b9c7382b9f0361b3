import { z } from 'zod';
import { askKubectl, kubectl } from '../kube/kubectl.js';
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

/** Undefined where there is none of that name. */
export async function observeNamespace(
  session: NamespaceSession,
  name: string,
): Promise<ObservedNamespace | undefined> {
  const stdout = await askKubectl(
    session,
    kubectl(session.cluster).get('namespace', name, '--ignore-not-found', '--output=json'),
  );
  return stdout.trim() === '' ? undefined : toSeen(namespaceSchema.parse(JSON.parse(stdout)));
}

export async function listNamespaces(session: NamespaceSession): Promise<readonly ObservedNamespace[]> {
  const stdout = await askKubectl(
    session,
    kubectl(session.cluster).get('namespaces', `--selector=${ownSelector}`, '--output=json'),
  );
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
