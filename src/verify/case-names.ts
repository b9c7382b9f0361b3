import type { StorageKind } from '../kube/names.js';

/** Names and labels in one run of one case. */
export interface CaseNames {
  /** Id of the whole verify run. */
  readonly runId: string;
  /** Id of the home that creates the objects. */
  readonly home: string | undefined;
  readonly namespace: string;
  readonly driver: string;
  readonly image: string;
  /** How volumes are provisioned on demand. */
  readonly storage: StorageKind;
}

/** Placeholder for `standard`, the class in the suite; omitted to use the cluster's default class. */
export const storageClass = '%storageClass%';

/** `random` separates two runs of a case: a namespace may take a while to terminate. */
export function nameCase(
  id: string,
  random: string,
  run: Pick<CaseNames, 'runId' | 'home' | 'image' | 'storage'>,
): CaseNames {
  const slug = id.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return { ...run, namespace: `verify-${slug}-${random}`, driver: `verify-${slug}-${random}-driver` };
}

/** Replaces the placeholders with the names of the case. */
export function fillNames<Value>(value: Value, { namespace, driver, image }: CaseNames): Value {
  const filled = JSON.stringify(value)
    .replaceAll('%namespace%', namespace)
    .replaceAll('%driver%', driver)
    .replaceAll('%image%', image)
    .replaceAll(storageClass, 'standard');
  return JSON.parse(filled) as Value;
}
