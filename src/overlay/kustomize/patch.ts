/** Any object of the Kubernetes API; the API server validates it. */
export interface KustomizeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** Selects objects; texts are regular expressions for the whole value, and absent fields match anything. */
export interface Selector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

/** RFC 6902. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/**
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/: a strategic merge, which finds its object by
 * kind and name if there is no target; RFC 6902 operations, which need a target; or either in a file.
 */
export type Patch =
  | { readonly merge: KustomizeObject; readonly target?: Selector; readonly options?: PatchOptions }
  | { readonly operations: readonly JsonPatchOperation[]; readonly target: Selector; readonly options?: PatchOptions }
  | { readonly path: string; readonly target?: Selector; readonly options?: PatchOptions };

export interface PatchOptions {
  readonly allowNameChange?: boolean;
  readonly allowKindChange?: boolean;
}
