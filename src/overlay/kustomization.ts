import { stringify } from 'yaml';

/** The part of a kustomization.yaml that we generate; https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
export interface Kustomization {
  readonly resources: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly labels?: readonly {
    readonly pairs: Readonly<Record<string, string>>;
    readonly includeTemplates?: boolean;
  }[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    /** RFC 6902 operations. */
    readonly operations: readonly JsonPatchOperation[];
  }[];
}

export interface JsonPatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The same value gives the same bytes; YAML comes from the serializer alone, whatever stands in a name. */
export function renderKustomization(kustomization: Kustomization): string {
  const { patches, ...rest } = kustomization;
  return toYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    ...rest,
    ...(patches === undefined
      ? {}
      : { patches: patches.map(({ target, operations }) => ({ target, patch: toYaml(operations) })) }),
  });
}

export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
