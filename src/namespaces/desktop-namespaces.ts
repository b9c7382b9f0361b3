import { isOwnObject, readObjectProof } from '../clusters/object-proof.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { findPreparedCluster } from '../clusters/providers.js';
import type { Host } from '../ports/host.js';
import { listNamespaces, type ObservedNamespace } from './observe-namespace.js';

/** Namespaces with our label in Docker Desktop's Kubernetes, which homes share. */
export interface DesktopNamespaces {
  readonly cluster: PreparedCluster;
  /** By which this home knows what is its own. */
  readonly home: string;
  /** This home made them. */
  readonly namespaces: readonly string[];
  /** Another home made them, or nothing says that this one did. */
  readonly others: readonly ObservedNamespace[];
}

const answerWithinMs = 15_000;

/** Undefined where nothing was prepared; `silent`: there is one, and it does not answer. */
export async function observeDesktopNamespaces(
  host: Host,
  signal: AbortSignal,
): Promise<DesktopNamespaces | 'silent' | undefined> {
  const answer = await findPreparedCluster(host, { provider: 'docker-desktop', signal, timeoutMs: answerWithinMs });
  if (!('found' in answer)) return answer.isSilent === true ? 'silent' : undefined;
  const cluster = answer.found;
  const found = await listNamespaces({ host, cluster, signal });
  const proof = await readObjectProof(host, cluster.provider, found);
  const own = found.filter(({ home }) => isOwnObject(home, proof));
  return {
    cluster,
    home: proof.home ?? '',
    namespaces: own.map(({ name }) => name),
    others: found.filter((one) => !own.includes(one)),
  };
}
