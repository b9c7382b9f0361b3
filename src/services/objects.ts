import type { PreparedCluster } from '../clusters/prepared.js';
import { ownLabels, roleLabel, serviceDigestAnnotation, serviceLabel, serviceNamespaceLabel } from '../kube/labels.js';
import { hashValue } from '../images/recipe.js';

type Words = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Words;
  readonly annotations?: Words;
}

/** `completeObjects` adds namespace, labels and digest. */
export interface ServiceObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata & { readonly name: string };
  readonly [field: string]: unknown;
}

/** An object that creates the pods of the service. */
interface Workload extends ServiceObject {
  readonly spec: Json & { readonly template: Json & { readonly metadata: Metadata } };
}

export interface DeploymentRequest {
  /** Distinguishes its pods from other pods of the service. */
  readonly role: string;
  readonly strategy?: 'Recreate' | 'RollingUpdate';
  readonly labels?: Words;
  readonly pod: object;
}

export function deployment(service: string, name: string, request: DeploymentRequest): Workload {
  const { role, strategy = 'RollingUpdate', pod } = request;
  const selector = { [serviceLabel]: service, [roleLabel]: role };
  const labels = { ...request.labels, ...selector };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      strategy: { type: strategy },
      selector: { matchLabels: selector },
      template: { metadata: { labels }, spec: pod },
    },
  };
}

/**
 * Adds the namespace, the labels by which `status`, `down` and `clean` find the objects, and a digest. Pods carry the
 * digest of their workload, so that old pods are not mistaken for new ones.
 */
export function completeObjects(
  { namespace, home }: Pick<PreparedCluster, 'namespace' | 'home'>,
  service: string,
  objects: readonly ServiceObject[],
): readonly ServiceObject[] {
  return objects.map((object) => {
    const isWide = isClusterWide(object.kind);
    const owned = { ...ownLabels(home), [serviceLabel]: service };
    const labels = isWide ? { ...owned, [serviceNamespaceLabel]: namespace } : owned;
    const annotations = { [serviceDigestAnnotation]: hashValue([object, labels]) };
    const mark = <Given extends Metadata>(metadata: Given): Given => ({
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...metadata.annotations, ...annotations },
    });
    const marked = { ...object, metadata: { ...mark(object.metadata), ...(isWide ? {} : { namespace }) } };
    if (!isWorkload(object)) return marked;
    const { template } = object.spec;
    return { ...marked, spec: { ...object.spec, template: { ...template, metadata: mark(template.metadata) } } };
  });
}

export function isWorkload(object: Pick<ServiceObject, 'kind'>): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'StatefulSet';
}

export function isClusterWide(kind: string): boolean {
  return kind.startsWith('Cluster');
}
