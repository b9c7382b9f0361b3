import { isOwnObject, readObjectProof } from '../clusters/object-proof.js';
import { readHomeId, sayMovedCommand } from '../config/home-marker.js';
import { joinWords, quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { observeNamespace, type ObservedNamespace, listContents, type NamespaceObject } from './observe-namespace.js';
import type { NamespaceSession } from './session.js';
import { ownSelector } from '../kube/labels.js';
import { jobNamespace } from '../kube/names.js';
import { kubectl } from '../kube/kubectl.js';

/** A namespace for runs; throws if it is missing, not ours, or being deleted. */
export async function requireNamespace(session: NamespaceSession, name: string): Promise<ObservedNamespace> {
  const seen = await observeNamespace(session, name);
  if (seen === undefined) {
    checkNamespaceName(name);
    throw new SparkDevError('NAMESPACE_UNKNOWN', `The cluster has no namespace ${name}`, {
      fix: [`spark-dev namespace create ${name}`, 'spark-dev namespace list'],
      facts: { namespace: name },
    });
  }
  await refuseUnusable(session, seen);
  return seen;
}

/** Throws if it is not ours, or being deleted. */
export async function refuseUnusable(session: NamespaceSession, seen: ObservedNamespace): Promise<void> {
  if (!seen.ours) throw foreign(seen.name);
  if (seen.isTerminating) throw await explainStuck(session, seen);
}

/** Before a removal: in a cluster that homes share, each home only removes what it made itself. */
export async function requireOwnNamespace({ host, cluster }: NamespaceSession, seen: ObservedNamespace): Promise<void> {
  if (!seen.ours) throw foreign(seen.name);
  if (isOwnObject(seen.home, await readObjectProof(host, cluster.provider, [seen]))) return;
  // a copy has the id too
  const isMoved = seen.home !== '' && seen.home === (await readHomeId(host.directories));
  throw new SparkDevError('NAMESPACE_FOREIGN', `This home did not make the namespace ${seen.name}`, {
    why: `${describeMaker(seen)}.`,
    fix: [
      'spark-dev namespace list',
      ...(isMoved ? [`${sayMovedCommand(host.directories, seen.madeBy)}   # if this home was moved from there`] : []),
      `If no other home needs it: ${removeByHand(cluster.context, seen.name)}`,
    ],
    facts: { namespace: seen.name },
  });
}

/** The maker of a namespace that is not this home's. */
export function describeMaker({ home, madeBy }: Pick<ObservedNamespace, 'home' | 'madeBy'>): string {
  if (home === '') return 'Nothing proves that this home prepared it';
  return `Another home prepared it${madeBy === '' ? '' : `, the one with the data folder ${madeBy}`}`;
}

export function removeByHand(context: string, name: string): string {
  return joinWords(['kubectl', '--context', context, 'delete', 'namespace', name]);
}

function foreign(name: string): SparkDevError {
  return new SparkDevError('NAMESPACE_FOREIGN', `spark-dev did not make the namespace ${name}`, {
    why: `It does not have the label ${ownSelector}.`,
    fix: ['spark-dev namespace list', 'spark-dev namespace create ANOTHER-NAME'],
    facts: { namespace: name },
  });
}

/** RFC 1123, as Kubernetes requires, and no namespace of Kubernetes itself. */
export function checkNamespaceName(name: string): void {
  if (/^kube-|^default$/.test(name)) {
    throw new SparkDevError('NAMESPACE_FOREIGN', `${name} belongs to Kubernetes`, {
      fix: ['Choose another name', `spark-dev namespace use ${jobNamespace}`],
    });
  }
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new SparkDevError('USAGE', `${JSON.stringify(name.slice(0, 80))} is not a valid namespace name`, {
    why: 'Use up to 63 lower-case letters, digits and dashes, with a letter or digit at both ends.',
    fix: ['spark-dev namespace create team-a'],
  });
}

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
