import { SparkDevError } from '../errors/spark-dev-error.js';
import type { ArchivedImage } from './image-archive.js';
import type { ObservedImage } from './observed-image.js';

export interface LoadedName {
  readonly id: string;
  readonly reference: string;
  /** The name used in the cluster instead, if the original was taken. */
  readonly as: string;
  /** The image that already has the name in the cluster, and keeps it. */
  readonly takenBy: string | undefined;
  readonly isThere: boolean;
}

/**
 * A running pod keeps its image, and minikube itself keeps the old one (https://github.com/kubernetes/minikube/issues/11276), so
 * one tag for two images would confuse. A taken name is therefore refused, or gets the image's id appended.
 */
export function planLoad(
  images: readonly ArchivedImage[],
  inCluster: readonly ObservedImage[],
  request: {
    readonly withContentTag: boolean;
    /** What the user asked for: a name or a file. */ readonly word: string;
  },
): readonly LoadedName[] {
  const names = images.flatMap(({ id, references }) => references.map((reference) => ({ id, reference })));
  if (names.length === 0) {
    throw new SparkDevError('USAGE', 'The image has no name, and pods can only ask for images by name', {
      fix: ['docker tag ID NAME:TAG, then save it again by that name'],
    });
  }
  return names.map(({ id, reference }) => {
    const found = inCluster.find(({ references }) => references.includes(reference));
    if (found === undefined) return { id, reference, as: reference, takenBy: undefined, isThere: false };
    if (found.id === id) return { id, reference, as: reference, takenBy: undefined, isThere: true };
    const as = contentTag(reference, id);
    if (!request.withContentTag) throw taken(request.word, reference, found.id, id, as);
    const isThere = inCluster.some((image) => image.id === id && image.references.includes(as));
    return { id, reference, as, takenBy: found.id, isThere };
  });
}

/** `shop/orders:1` → `shop/orders:1-9f86d081884c` */
export function contentTag(reference: string, id: string): string {
  return `${reference}-${shortId(id)}`;
}

function shortId(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}

function taken(word: string, reference: string, theirs: string, ours: string, as: string): SparkDevError {
  return new SparkDevError('IMAGE_TAG_TAKEN', `The cluster has a different image named ${reference}`, {
    why: `The cluster has ${shortId(theirs)}; this one is ${shortId(ours)}. Running pods would silently keep the old one.`,
    fix: [
      `spark-dev images load ${word} --content-tag   # it becomes ${as}`,
      `docker tag ${reference} ${reference.replace(/:[^:/]+$/, '')}:NEW_TAG, then load that`,
    ],
    facts: { reference, inCluster: theirs, id: ours },
  });
}
