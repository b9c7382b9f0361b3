/** Any object of the Kubernetes API; its own rules are the API server's to judge. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** Which objects are meant; texts are regular expressions over the whole, and what is absent is any. */
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
 * its own kind and name where there is no target; RFC 6902 operations, which need one; or either in a file.
 */
export type Patch =
  | { readonly merge: KubeObject; readonly target?: Selector; readonly options?: PatchOptions }
  | { readonly operations: readonly JsonPatchOperation[]; readonly target: Selector; readonly options?: PatchOptions }
  | { readonly path: string; readonly target?: Selector; readonly options?: PatchOptions };

export interface PatchOptions {
  readonly allowNameChange?: boolean;
  readonly allowKindChange?: boolean;
}
