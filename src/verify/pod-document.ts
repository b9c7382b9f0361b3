/** The fields of a pod that the code uses; all others pass through unchanged. */
export interface ContainerDocument {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [field: string]: unknown;
}

export interface PodSpecDocument {
  readonly containers: readonly [ContainerDocument, ...ContainerDocument[]];
  readonly volumes?: readonly { readonly name: string }[];
  readonly [field: string]: unknown;
}

export interface PodDocument {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec: PodSpecDocument;
}

export interface JobDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: { readonly template: PodDocument; readonly [field: string]: unknown };
}
