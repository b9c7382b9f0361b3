import { SparkDevError } from '../errors/spark-dev-error.js';
import type { ArchivedImage } from './image-archive.js';
import type { ImageFacts } from './observed-image.js';

/** One name that an image gets in the cluster. */
export interface LoadedName {
  readonly id: string;
  readonly reference: string;
  /** What it is called in the cluster instead, where the name was taken. */
  readonly as: string;
  /** The image that has the name in the cluster, and keeps it. */
  readonly takenBy: string | undefined;
  readonly isThere: boolean;
}

/**
 * A pod that runs keeps the image it has, and a tag that means two images makes nobody wiser: minikube itself goes on with the old
 * one (https://github.com/kubernetes/minikube/issues/11276). So a taken name is refused, or gets the image's id behind it.
 */
export function planLoad(
  images: readonly ArchivedImage[],
  inCluster: readonly ImageFacts[],
  request: { readonly withContentTag: boolean; /** What was asked for: a name or a file. */ readonly word: string },
): readonly LoadedName[] {
  const names = images.flatMap(({ id, references }) => references.map((reference) => ({ id, reference })));
  if (names.length === 0) {
    throw new SparkDevError('USAGE', 'The image has no name, and a pod can ask for it by name only', {
      fix: ['docker tag ID NAME:TAG, and save it again by that name'],
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
  return new SparkDevError('IMAGE_TAG_TAKEN', `${reference} is another image in the cluster`, {
    why: `There it is ${shortId(theirs)}, and this one is ${shortId(ours)}. Pods that run would keep the old one without a word.`,
    fix: [
      `spark-dev images load ${word} --content-tag   # it becomes ${as}`,
      `docker tag ${reference} ${reference.replace(/:[^:/]+$/, '')}:NEW_TAG, and load that`,
    ],
    facts: { reference, inCluster: theirs, id: ours },
  });
}
