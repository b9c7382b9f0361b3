import type { ObservedImage } from './observed-image.js';
import { showBytes } from '../text/sizes.js';
import { showTable } from '../text/words.js';

export interface NeededImage {
  readonly name: string;
  readonly reference: string;
  readonly recipe: string;
  readonly tar: string;
  readonly why: string;
  /** Optional: not reported as missing unless asked for. */
  readonly isOptional?: true;
}

/** `other`: an image with this name from another recipe. `unknown`: that daemon does not answer. */
export type Presence = 'there' | 'other' | 'absent' | 'unknown';

export interface ImageRow extends Omit<NeededImage, 'tar' | 'isOptional'> {
  readonly digest: string | null;
  readonly bytes: number | null;
  readonly store: { readonly file: string; readonly presence: Presence };
  readonly host: Presence;
  readonly cluster: Presence;
}

export interface ObservedImages {
  /** Undefined if the daemon does not answer. */
  readonly host: readonly ObservedImage[] | undefined;
  readonly cluster: readonly ObservedImage[] | undefined;
  /** Bytes by path. */
  readonly stored: ReadonlyMap<string, number>;
}

export function describeRows(needed: readonly NeededImage[], seen: ObservedImages): readonly ImageRow[] {
  return needed.flatMap(({ tar, isOptional, ...image }): ImageRow[] => {
    const all = [...(seen.cluster ?? []), ...(seen.host ?? [])];
    const found = all.find((one) => isWanted(image, one));
    const bytes = seen.stored.get(tar) ?? found?.bytes ?? null;
    if (isOptional === true && bytes === null) return [];
    const store = { file: tar, presence: seen.stored.has(tar) ? 'there' : 'absent' } as const;
    const [host, cluster] = [presenceIn(image, seen.host), presenceIn(image, seen.cluster)];
    return [{ ...image, digest: found?.id ?? null, bytes, store, host, cluster }];
  });
}

type Identity = Pick<NeededImage, 'reference' | 'recipe'>;

/** Pulled images are identified by digest, built ones by our label. */
function isWanted({ reference, recipe }: Identity, image: ObservedImage): boolean {
  const pinned = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  if (pinned !== undefined) return image.digests.some((one) => one.endsWith(pinned));
  return image.references.includes(reference) && image.recipe === recipe;
}

function presenceIn(wanted: Identity, images: readonly ObservedImage[] | undefined): Presence {
  if (images === undefined) return 'unknown';
  if (images.some((image) => isWanted(wanted, image))) return 'there';
  return images.some(({ references }) => references.includes(wanted.reference)) ? 'other' : 'absent';
}

const marks: Readonly<Record<Presence, string>> = { there: 'yes', other: 'OTHER', absent: '-', unknown: '?' };

export function showRows(rows: readonly ImageRow[]): readonly string[] {
  const cells = rows.map((row) => [
    row.name,
    row.bytes === null ? '-' : showBytes(row.bytes),
    marks[row.store.presence],
    marks[row.host],
    marks[row.cluster],
    row.reference,
    row.why,
  ]);
  return showTable(['NAME', 'SIZE', 'STORE', 'HOST', 'CLUSTER', 'REFERENCE', 'WHY'], cells);
}
