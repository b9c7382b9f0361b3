import { SparkDevError } from '../errors/spark-dev-error.js';
import { listContents } from './contents.js';
import { explainStuck } from './explain-stuck.js';
import { checkNamespaceName } from './namespace-name.js';
import { observeNamespace, type ObservedNamespace } from './observe-namespace.js';
import type { NamespaceSession } from './session.js';
import { ownSelector } from '../kube/labels.js';

/** One in which runs may be; throws for one that is not there, not ours, or going. */
export async function requireNamespace(session: NamespaceSession, name: string): Promise<ObservedNamespace> {
  const seen = await observeNamespace(session, name);
  if (seen === undefined) {
    checkNamespaceName(name);
    throw new SparkDevError('NAMESPACE_UNKNOWN', `The cluster has no namespace ${name}`, {
      fix: [`spark-dev namespace create ${name}`, 'spark-dev namespace list'],
      facts: { namespace: name },
    });
  }
  if (!seen.ours) throw foreign(name);
  if (seen.isTerminating) throw explainStuck(session.cluster, seen, await listContents(session, name));
  return seen;
}

export function foreign(name: string): SparkDevError {
  return new SparkDevError('NAMESPACE_FOREIGN', `The namespace ${name} was not made by spark-dev`, {
    why: `It does not carry the label ${ownSelector}.`,
    fix: ['spark-dev namespace list', 'spark-dev namespace create ANOTHER-NAME'],
    facts: { namespace: name },
  });
}
