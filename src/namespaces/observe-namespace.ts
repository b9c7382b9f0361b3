import { z } from 'zod';
import type { NamespaceSession } from './session.js';
import { askKubectl, kubectl } from '../kube/kubectl.js';
import { isOwn, ownSelector, homeLabel, homeFolderAnnotation } from '../kube/labels.js';

export interface ObservedNamespace {
  readonly name: string;
  readonly ours: boolean;
  /** The id of the home that made it, and the path of that home's data; empty if unknown. */
  readonly home: string;
  readonly madeBy: string;
  readonly isTerminating: boolean;
  /** What blocks a deletion, in Kubernetes' words. */
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

export async function observeNamespace(
  session: NamespaceSession,
  name: string,
): Promise<ObservedNamespace | undefined> {
  const argv = kubectl(session.cluster).get('namespace', name, '--ignore-not-found', '--output=json');
  const stdout = await askKubectl(session, argv);
  return stdout.trim() === '' ? undefined : toSeen(namespaceSchema.parse(JSON.parse(stdout)));
}

export async function listNamespaces(session: NamespaceSession): Promise<readonly ObservedNamespace[]> {
  const argv = kubectl(session.cluster).get('namespaces', `--selector=${ownSelector}`, '--output=json');
  const list = z.object({ items: z.array(namespaceSchema) });
  return list.parse(JSON.parse(await askKubectl(session, argv))).items.map(toSeen);
}

function toSeen({ metadata, status }: z.output<typeof namespaceSchema>): ObservedNamespace {
  return {
    name: metadata.name,
    ours: isOwn(metadata.labels),
    home: metadata.labels[homeLabel] ?? '',
    madeBy: metadata.annotations[homeFolderAnnotation] ?? '',
    isTerminating: status.phase === 'Terminating',
    obstacles: status.conditions
      .filter((one) => one.status === 'True')
      .map(({ type, message }) => `${type}: ${message}`),
  };
}
