import type { Selector } from './patch.js';

type Identity = Pick<Selector, 'group' | 'version' | 'kind' | 'name' | 'namespace'>;

interface FieldOptions {
  /** Only a part of the value: the one with this index when it is split here. */
  readonly delimiter?: string;
  readonly index?: number;
  /** Make the field where it is missing. */
  readonly create?: boolean;
}

/** Copies a field of one object into others; https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/ */
export interface Replacement {
  /** The field is `metadata.name` where none is said. */
  readonly source: Identity & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly targets: readonly {
    readonly select: Identity;
    readonly reject?: readonly Identity[];
    readonly fieldPaths: readonly string[];
    readonly options?: FieldOptions;
  }[];
}
