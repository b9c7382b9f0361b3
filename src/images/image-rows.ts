import type { ObservedImage } from './observed-image.js';
import { showBytes } from '../text/sizes.js';
import { showTable } from '../text/table.js';

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
  const rows = needed.map(({ tar, isOptional, ...image }) => {
    const found = [seen.cluster, seen.host]
      .map((images) => images?.find((one) => isWanted(image, one)))
      .find((one) => one !== undefined);
    const row: ImageRow = {
      ...image,
      digest: found?.id ?? null,
      bytes: seen.stored.get(tar) ?? found?.bytes ?? null,
      store: { file: tar, presence: seen.stored.has(tar) ? 'there' : 'absent' },
      host: presenceIn(image, seen.host),
      cluster: presenceIn(image, seen.cluster),
    };
    return { row, isShown: isOptional !== true || row.bytes !== null };
  });
  return rows.filter(({ isShown }) => isShown).map(({ row }) => row);
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
