import { isOwnObject, readObjectProof } from '../clusters/object-proof.js';
import { readHomeId, sayMovedCommand } from '../config/home-marker.js';
import { joinWords } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { explainStuck } from './explain-stuck.js';
import { checkNamespaceName } from './namespace-name.js';
import { observeNamespace, type ObservedNamespace } from './observe-namespace.js';
import type { NamespaceSession } from './session.js';
import { ownSelector } from '../kube/labels.js';

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
