import { kubectl } from '../kube/kubectl.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { listContents, type NamespaceObject } from './contents.js';
import type { ObservedNamespace } from './observe-namespace.js';
import type { NamespaceSession } from './session.js';

/**
 * Explains why a namespace does not terminate: its conditions, and the remaining objects with their finalizers. Removes none:
 * what a finalizer guards would be left behind for good (https://github.com/kubernetes/kubernetes/issues/60807).
 */
export async function explainStuck(
  session: NamespaceSession,
  { name, obstacles }: ObservedNamespace,
): Promise<SparkDevError> {
  const left = await listContents(session, name);
  const held = left.filter(({ finalizers }) => finalizers.length > 0);
  const look = ({ kind, name: object }: NamespaceObject): string =>
    quoteArgv(kubectl(session.cluster, name).get(kind, object, '--output=yaml'));
  return new SparkDevError('NAMESPACE_STUCK', `The namespace ${name} is stuck in Terminating`, {
    why: [
      ...obstacles,
      ...held.map(({ kind, name: object, finalizers }) => `${kind} ${object} waits for ${finalizers.join(', ')}`),
      ...(left.length === held.length ? [] : [`${String(left.length - held.length)} more objects are left`]),
      ...(left.length + obstacles.length === 0 ? ['The namespace is empty; it may disappear at any moment.'] : []),
    ].join('\n'),
    fix: [
      ...held.slice(0, 3).map((object) => `${adviceFor(object)}: ${look(object)}`),
      `Meanwhile: spark-dev namespace create ${name.slice(0, 61)}-2 && spark-dev namespace use ${name.slice(0, 61)}-2`,
    ],
    facts: { namespace: name, conditions: obstacles, left },
  });
}

function adviceFor({ finalizers }: NamespaceObject): string {
  if (finalizers.includes('kubernetes.io/pvc-protection')) return 'Delete the pod that still mounts it';
  if (finalizers.includes('foregroundDeletion')) return 'It waits for the objects that it owns; list them';
  return 'Restart the program that handles this finalizer, or ask its vendor';
}
