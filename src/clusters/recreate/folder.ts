import { join } from 'node:path';
import type { Directories } from '../../ports/host.js';

/** Where all that is saved lies until the new cluster has it. */
export interface RecreationFolder {
  readonly root: string;
  readonly objects: string;
  readonly ownRights: string;
  readonly images: string;
  readonly secrets: (namespace: string) => string;
  readonly claim: (claim: { readonly namespace: string; readonly name: string }) => string;
}

export function recreationFolder({ data }: Pick<Directories, 'data'>): RecreationFolder {
  const root = join(data, 'recreate');
  return {
    root,
    objects: join(root, 'objects.json'),
    ownRights: join(root, 'own-rights.json'),
    images: join(root, 'images.tar'),
    secrets: (namespace) => join(root, `secrets-of-${namespace}.json`),
    claim: ({ namespace, name }) => join(root, `claim-${namespace}.${name}.tar`),
  };
}
