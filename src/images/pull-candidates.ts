import type { ImageSettings } from '../config/settings.js';
import { parseReference, type ImageReference } from './reference.js';

export interface PullCandidate {
  readonly reference: ImageReference;
  readonly origin: 'mirror' | 'itself' | 'fallback';
}

export interface PullPlan {
  readonly wanted: ImageReference;
  readonly candidates: readonly PullCandidate[];
  /** Compressed bytes of all layers; undefined if no registry reported them. */
  readonly layerBytes: number | undefined;
}

/** Where an image may be available, in the order of trying. Every candidate is asked for the pinned digest. */
export function listCandidates(wanted: ImageReference, settings: ImageSettings): readonly PullCandidate[] {
  const fallbacks = findFallbacks(wanted, settings).map((text): PullCandidate => {
    const other = parseReference(text);
    const saysTag = /:[^:/]+$/.test(text.replace(/@.*$/, ''));
    return {
      origin: 'fallback',
      reference: { ...other, tag: saysTag ? other.tag : wanted.tag, digest: other.digest ?? wanted.digest },
    };
  });
  const itself: PullCandidate = { origin: 'itself', reference: wanted };
  return [itself, ...fallbacks].flatMap((candidate) => [...throughMirror(candidate, settings), candidate]);
}

function findFallbacks(wanted: ImageReference, { fallbacks }: ImageSettings): readonly string[] {
  const found = Object.entries(fallbacks).find(([name]) => {
    const { registry, repository } = parseReference(name);
    return registry === wanted.registry && repository === wanted.repository;
  });
  return found?.[1] ?? [];
}

function throughMirror({ reference }: PullCandidate, { mirrors }: ImageSettings): readonly PullCandidate[] {
  const mirror = mirrors[reference.registry];
  if (mirror === undefined) return [];
  const [registry = '', ...folders] = mirror.split('/');
  const repository = [...folders, reference.repository].join('/');
  return [{ origin: 'mirror', reference: { ...reference, registry, repository } }];
}
