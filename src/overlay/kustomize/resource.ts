import type { Selector } from './patch.js';
import type { ReadDocument } from './read-yaml.js';

/** An object as it is known while an overlay is put together. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  /** The present name first, then those that it had before prefixes and suffixes. */
  readonly names: readonly string[];
}

/** The objects of one document, or what is wrong with it. */
export function readResources({ value }: ReadDocument): readonly Resource[] | string {
  const fields = asRecord(value);
  if (fields === undefined) return 'is not an object of Kubernetes';
  const { apiVersion, kind, metadata, items } = fields;
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'has no apiVersion';
  if (typeof kind !== 'string' || kind === '') return 'has no kind';
  if (kind.endsWith('List') && Array.isArray(items)) {
    const read = items.map((item: unknown) => readResources({ value: item, lineOf: () => 1 }));
    return read.find((one) => typeof one === 'string') ?? read.flatMap((one) => (typeof one === 'string' ? [] : one));
  }
  const { name, namespace } = asRecord(metadata) ?? {};
  if (typeof name !== 'string' || name === '') return `is a ${kind} without metadata.name`;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  const place = typeof namespace === 'string' ? namespace : '';
  return [{ group: group ?? '', version: version ?? '', kind, namespace: place, names: [name] }];
}

export function isSame(one: Resource, other: Resource): boolean {
  const ofResource = ({ group, kind, namespace, names }: Resource): string =>
    [group, kind, namespace, names[0]].join('/');
  return ofResource(one) === ofResource(other);
}

export function showResource({ kind, names }: Pick<Resource, 'kind' | 'names'>): string {
  return `${kind} ${names[0] ?? ''}`;
}

/** As kustomize does: each text is a regular expression over the whole. Labels are not known here, so they match. */
export function isSelected(resource: Resource, selector: Selector): boolean {
  const matches = (pattern: string | undefined, texts: readonly string[]): boolean =>
    pattern === undefined || pattern === '' || texts.some((text) => new RegExp(`^(?:${pattern})$`).test(text));
  return (
    matches(selector.group, [resource.group]) &&
    matches(selector.version, [resource.version]) &&
    matches(selector.kind, [resource.kind]) &&
    matches(selector.namespace, [resource.namespace]) &&
    matches(selector.name, resource.names)
  );
}

/** The texts of a selector as it was written, or what is wrong with it. */
export function readSelector(value: unknown): Selector | string {
  const fields = asRecord(value);
  if (fields === undefined) return 'is not a selector';
  for (const [field, text] of Object.entries(fields)) {
    if (!selectorFields.includes(field)) return `has an unknown field ${field}`;
    if (typeof text !== 'string') return `has a ${field} that is not text`;
    try {
      new RegExp(text);
    } catch {
      return `has a ${field} that is not a regular expression`;
    }
  }
  return fields;
}

const selectorFields = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'];

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
