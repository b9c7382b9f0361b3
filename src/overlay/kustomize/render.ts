import { stringify } from 'yaml';
import type { ConfigMapGenerator, Kustomization, KustomizeObject, Patch } from './kustomization.js';

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
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
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
