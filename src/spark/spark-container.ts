import type { RoleName, UserPodTemplate } from '../job/job.js';
import { sparkContainers } from './pod-defaults.js';
import { listAt, objectAt, type Json } from '../job/plain-json.js';

/** Spark's own among the containers: the one of its name, else the only one. */
export function findContainers(
  role: RoleName,
  template: UserPodTemplate | undefined,
): { readonly own: Json; readonly others: readonly Json[] } {
  const containers = listAt(objectAt(template?.pod ?? {}, 'spec'), 'containers');
  const own =
    containers.find(({ name }) => name === sparkContainers[role]) ??
    (containers.length === 1 ? containers[0] : undefined);
  return { own: own ?? {}, others: containers.filter((one) => one !== own) };
}
