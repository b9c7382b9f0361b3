import type { StorageKind } from '../kube/names.js';

/** How one run of one case calls its things. */
export interface CaseNames {
  /** Of the whole verify, as of any run. */
  readonly runId: string;
  /** The id of the home that makes them. */
  readonly home: string | undefined;
  readonly namespace: string;
  readonly driver: string;
  readonly image: string;
  /** Whose volumes are made on demand. */
  readonly storage: StorageKind;
}

/** In a property's value: the suite names the class, and where there is none of that name the default one must do. */
export const storageClass = '%storageClass%';

/** `random` keeps two runs of a case apart: a namespace that goes may take a while. */
export function nameCase(
  id: string,
  random: string,
  run: Pick<CaseNames, 'runId' | 'home' | 'image' | 'storage'>,
): CaseNames {
  const slug = id.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return { ...run, namespace: `verify-${slug}-${random}`, driver: `verify-${slug}-${random}-driver` };
}

/** Puts the case's own names for the placeholders of its data. */
export function fillNames<Value>(value: Value, { namespace, driver, image }: CaseNames): Value {
  const filled = JSON.stringify(value)
    .replaceAll('%namespace%', namespace)
    .replaceAll('%driver%', driver)
    .replaceAll('%image%', image)
    .replaceAll(storageClass, 'standard');
  return JSON.parse(filled) as Value;
}
