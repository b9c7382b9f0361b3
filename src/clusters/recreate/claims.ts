import type { KubeObject } from './objects.js';
import { isManaged } from './objects.js';

/** A claim whose files are saved. */
export interface SavedClaim {
  readonly namespace: string;
  readonly name: string;
  /** The directory in the node. */
  readonly path: string;
}

export interface UnsavedClaim {
  readonly namespace: string;
  readonly name: string;
  readonly why: string;
}

/** Where minikube's provisioner keeps what it makes. */
const provisioned = '/tmp/hostpath-provisioner/';

/** Saved: what is labelled as ours, and all in our namespaces that outlives the pods that use it. */
export function sortClaims(
  objects: readonly KubeObject[],
  namespaces: readonly string[],
): { readonly saved: readonly SavedClaim[]; readonly unsaved: readonly UnsavedClaim[] } {
  const saved: SavedClaim[] = [];
  const unsaved: UnsavedClaim[] = [];
  for (const claim of objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')) {
    const { name, namespace = '' } = claim.metadata;
    const path = findPath(claim, objects);
    const why = whyUnsaved(claim, namespaces, path);
    if (why !== undefined) unsaved.push({ namespace, name, why });
    else if (path !== undefined) saved.push({ namespace, name, path });
  }
  return { saved, unsaved };
}

/** The directory of a bound claim; undefined where there is none yet. */
export function findPath(claim: KubeObject, objects: readonly KubeObject[]): string | undefined {
  const volume = objects.find(
    ({ kind, metadata }) => kind === 'PersistentVolume' && metadata.name === claim.spec?.['volumeName'],
  );
  const place = volume?.spec?.['hostPath'];
  if (typeof place !== 'object' || place === null || !('path' in place)) return undefined;
  return typeof place.path === 'string' ? place.path : undefined;
}

function whyUnsaved(claim: KubeObject, namespaces: readonly string[], path: string | undefined): string | undefined {
  const { metadata, spec } = claim;
  if (!isManaged(claim) && !namespaces.includes(metadata.namespace ?? '')) return 'it is none of ours';
  if (metadata.ownerReferences?.some(({ kind }) => kind === 'Pod' || kind === 'Job') === true)
    return 'it ends with its pod';
  if (spec?.['volumeName'] === undefined) return undefined;
  return path?.startsWith(provisioned) === true ? undefined : 'its volume is not one of the provisioner of minikube';
}
