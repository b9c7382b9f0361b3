import { stringify } from 'yaml';

/** By path below the overlay, with `/` on every system. */
export type OverlayFiles = Readonly<Record<string, string>>;

type Pairs = Readonly<Record<string, string>>;

/** Labels on every object; https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/labels/ */
interface LabelSet {
  readonly pairs: Pairs;
  /** Also on pod templates, without the selectors. */
  readonly includeTemplates?: boolean;
  /** Also in selectors and templates: an existing object then refuses the change. */
  readonly includeSelectors?: boolean;
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ */
type ImageChange = { readonly name: string; readonly newName?: string } & (
  | { readonly newTag: string; readonly digest?: never }
  | { readonly digest: string; readonly newTag?: never }
  | { readonly newName: string; readonly newTag?: never; readonly digest?: never }
);

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/generatoroptions/ */
interface GeneratorOptions {
  readonly labels?: Pairs;
  readonly annotations?: Pairs;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

interface Generator {
  readonly name: string;
  readonly namespace?: string;
  /** `merge` and `replace` change one that a base generated. */
  readonly behavior?: 'create' | 'merge' | 'replace';
  /** `file`, or `key=file`. */
  readonly files?: readonly string[];
  /** Files of KEY=VALUE lines. */
  readonly envs?: readonly string[];
  readonly options?: GeneratorOptions;
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/ */
interface ConfigMapGenerator extends Generator {
  readonly literals?: Pairs;
}

/** By reference only: a value in the kustomization itself would be visible to every reader of the overlay. */
interface SecretGenerator extends Generator {
  readonly type?: string;
}

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
export type Patch = {
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
} & (
  | { readonly merge: KustomizeObject; readonly target?: Selector }
  | { readonly operations: readonly JsonPatchOperation[]; readonly target: Selector }
  | { readonly path: string; readonly target?: Selector }
);

type Identity = Pick<Selector, 'group' | 'version' | 'kind' | 'name' | 'namespace'>;

interface FieldOptions {
  /** Only a part of the value: the one with this index after splitting here. */
  readonly delimiter?: string;
  readonly index?: number;
  /** Create the field if it is missing. */
  readonly create?: boolean;
}

/** Copies a field of one object into others; https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/ */
interface Replacement {
  /** The default field is `metadata.name`. */
  readonly source: Identity & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly targets: readonly {
    readonly select: Identity;
    readonly reject?: readonly Identity[];
    readonly fieldPaths: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/; paths are relative to its folder. */
export interface Kustomization {
  /** A component changes what the kustomization that names it has collected. */
  readonly kind?: 'Kustomization' | 'Component';
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly labels?: readonly LabelSet[];
  readonly commonAnnotations?: Pairs;
  readonly configMapGenerator?: readonly ConfigMapGenerator[];
  readonly secretGenerator?: readonly SecretGenerator[];
  readonly generatorOptions?: GeneratorOptions;
  readonly images?: readonly ImageChange[];
  readonly patches?: readonly Patch[];
  readonly replacements?: readonly Replacement[];
}

/** The order of the fields in the file, independent of their order in the value. */
const fields = [
  'resources',
  'components',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonAnnotations',
  'generatorOptions',
  'configMapGenerator',
  'secretGenerator',
  'images',
  'patches',
  'replacements',
] as const satisfies readonly (keyof Kustomization)[];

/** The same value gives the same bytes; only the serializer writes YAML, so names may contain anything. */
export function renderKustomization(kustomization: Kustomization): string {
  const { kind = 'Kustomization', patches, configMapGenerator } = kustomization;
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  const written: Readonly<Record<string, unknown>> = {
    ...kustomization,
    patches: patches?.map(writePatch),
    configMapGenerator: configMapGenerator?.map(writeGenerator),
  };
  const said = fields.flatMap((field) => (written[field] === undefined ? [] : [[field, written[field]] as const]));
  return toYaml({ apiVersion: `kustomize.config.k8s.io/${version}`, kind, ...Object.fromEntries(said) });
}

export function renderObjects(objects: readonly KustomizeObject[]): string {
  return objects.map(toYaml).join('---\n');
}

export function toYaml(value: unknown): string {
  // kubectl reads YAML 1.1, where a plain `n` is a boolean
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}

function writePatch(patch: Patch): object {
  const { target, options } = patch;
  const around = { ...(target === undefined ? {} : { target }), ...(options === undefined ? {} : { options }) };
  if ('path' in patch) return { ...around, path: patch.path };
  return { ...around, patch: toYaml('merge' in patch ? patch.merge : patch.operations) };
}

function writeGenerator({ literals, ...rest }: ConfigMapGenerator): object {
  return literals === undefined ? rest : { ...rest, literals: Object.entries(literals).map(writeLiteral) };
}

/** kustomize strips one pair of quotes from a value. */
function writeLiteral([key, value]: readonly [string, string]): string {
  const isQuoted = value.length > 1 && /^["']/.test(value) && value.at(-1) === value[0];
  return `${key}=${isQuoted ? `"${value}"` : value}`;
}
