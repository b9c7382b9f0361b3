import { z } from 'zod';
import { askKubectl, kubectl } from '../../kube/kubectl.js';
import { readMemoryMb } from '../../config/memory-size.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { submitSelector } from './submit-service.js';
import { runLabel, slotAnnotation } from '../../kube/labels.js';

export interface ServicePod {
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly image: string;
  /** ISO 8601. */
  readonly since: string;
  readonly restarts: number;
}

/** A driver that runs in the pod, or whose spark-dev did not take its ports back. */
export interface ServiceClient {
  readonly name: string;
  readonly runId: string;
  readonly slot: number;
}

export interface ObservedService {
  readonly image: string;
  readonly memoryMb: number;
  /** The newest that is not about to go. */
  readonly pod: ServicePod | undefined;
  readonly clients: readonly ServiceClient[];
}

const words = z.record(z.string(), z.string()).default({});
const metadata = z.object({
  name: z.string(),
  uid: z.string(),
  labels: words,
  annotations: words,
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
});
const container = z.object({
  image: z.string(),
  resources: z.object({ limits: words }).default({ limits: {} }),
});
const itemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('Deployment'),
    metadata,
    spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(container) }) }) }),
  }),
  z.object({
    kind: z.literal('Pod'),
    metadata,
    spec: z.object({ containers: z.array(container) }),
    status: z.object({
      containerStatuses: z.array(z.object({ ready: z.boolean(), restartCount: z.number() })).default([]),
    }),
  }),
  z.object({ kind: z.literal('Service'), metadata }),
]);

/** All that carries the service's label. */
export const serviceKinds = 'deployments.apps,pods,services';

/** Undefined where it is not up. */
export async function observeService(session: NamespaceSession): Promise<ObservedService | undefined> {
  const { cluster } = session;
  const argv = kubectl(cluster, cluster.namespace).get(serviceKinds, `--selector=${submitSelector}`, '--output=json');
  return parseService(await askKubectl(session, argv));
}

export function parseService(stdout: string): ObservedService | undefined {
  const { items } = z.object({ items: z.array(itemSchema) }).parse(JSON.parse(stdout));
  const deployment = items.find((item) => item.kind === 'Deployment');
  if (deployment === undefined) return undefined;
  const [deployed] = deployment.spec.template.spec.containers;
  const pods = items
    .flatMap((item) => (item.kind === 'Pod' && item.metadata.deletionTimestamp === undefined ? [item] : []))
    .sort((one, other) => other.metadata.creationTimestamp.localeCompare(one.metadata.creationTimestamp));
  return {
    image: deployed?.image ?? '',
    memoryMb: readMemoryMb(deployed?.resources.limits['memory'] ?? '') ?? 0,
    pod: pods.map(({ metadata: pod, spec, status }) => ({
      name: pod.name,
      uid: pod.uid,
      ready: status.containerStatuses.length > 0 && status.containerStatuses.every(({ ready }) => ready),
      image: spec.containers[0]?.image ?? '',
      since: pod.creationTimestamp,
      restarts: status.containerStatuses[0]?.restartCount ?? 0,
    }))[0],
    clients: items.flatMap((item) =>
      item.kind === 'Service' && item.metadata.deletionTimestamp === undefined
        ? [
            {
              name: item.metadata.name,
              runId: item.metadata.labels[runLabel] ?? '',
              slot: Number(item.metadata.annotations[slotAnnotation] ?? '0'),
            },
          ]
        : [],
    ),
  };
}
