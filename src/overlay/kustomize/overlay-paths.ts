import { posix } from 'node:path';

/** By path below the overlay, with `/` on every system. */
export type OverlayFiles = Readonly<Record<string, string>>;

const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

export type FoundPath =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'refused'; readonly why: string };

/** The kustomization of a folder; kustomize refuses two as it refuses none. */
export function listKustomizations(files: OverlayFiles, folder: string): readonly string[] {
  return kustomizationNames.map((name) => posix.join(folder, name)).filter((path) => files[path] !== undefined);
}

/**
 * What a path in the kustomization of `folder` leads to. kustomize refuses absolute paths and files outside that folder; other
 * folders it takes, and we take those of the same overlay.
 */
export function findPath(files: OverlayFiles, folder: string, written: unknown): FoundPath {
  if (typeof written !== 'string' || written === '') return { kind: 'refused', why: 'is not a path' };
  if (/^[a-z+]+:\/\/|^git@|^github\.com\/|\?ref=/.test(written))
    return { kind: 'refused', why: `${written} would be fetched from elsewhere; copy it into the overlay` };
  if (posix.isAbsolute(written) || /^[A-Za-z]:[\\/]/.test(written))
    return { kind: 'refused', why: `${written} is absolute; kustomize takes only what lies in the overlay` };
  const path = posix.join(folder, written).replace(/\/$/, '');
  if (path === '..' || path.startsWith('../')) return { kind: 'refused', why: `${written} leaves the overlay` };
  if (files[path] !== undefined) {
    const isBelow = folder === '.' || path.startsWith(`${folder}/`);
    return isBelow
      ? { kind: 'file', path }
      : { kind: 'refused', why: `${written} is a file outside the folder of this kustomization` };
  }
  const isFolder = path === '.' || Object.keys(files).some((file) => file.startsWith(`${path}/`));
  return isFolder ? { kind: 'folder', path } : { kind: 'refused', why: `there is no ${written}` };
}
