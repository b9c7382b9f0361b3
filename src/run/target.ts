import { readCurrentContext } from '../kube/kubeconfig/current-context.js';
import { jobNamespace, profileName } from '../kube/names.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { findPreparedCluster, isAnyMade } from '../clusters/providers.js';
import { explainAbsence } from '../clusters/prepare/require-prepared.js';
import { requireNamespace } from '../namespaces/require-namespace.js';
import type { Host } from '../ports/host.js';
import type { TargetName } from './run-options.js';

export type Target = { readonly kind: 'local' } | { readonly kind: 'cluster'; readonly cluster: PreparedCluster };

export interface TargetRequest {
  readonly name: TargetName;
  /** On the cluster; the one in use when undefined. */
  readonly namespace?: string | undefined;
  /** As the settings have it. */
  readonly provider: string | undefined;
  readonly signal: AbortSignal;
}

const namedWithinMs = 20_000;

/** `auto` is the cluster that init prepared, when it answers, else this machine; it says which and how to get the other. */
export async function chooseTarget(host: Host, { name, namespace, provider, signal }: TargetRequest): Promise<Target> {
  if (name === 'local') return { kind: 'local' };
  if (await isAnyMade(host)) host.preloadKube();
  // who names the cluster waits for one that is busy; `auto` must decide soon
  const patience = name === 'cluster' ? { timeoutMs: namedWithinMs } : {};
  const answer = await findPreparedCluster(host, { provider, namespace, signal, ...patience });
  if ('found' in answer) {
    const cluster = answer.found;
    const isHome = cluster.namespace === jobNamespace;
    if (!isHome) await requireNamespace({ host, cluster, signal }, cluster.namespace);
    const where = isHome ? '' : `, namespace ${cluster.namespace}`;
    if (name === 'auto') host.ui.say(`On the cluster ${cluster.context}${where} (--target local runs it embedded)`);
    return { kind: 'cluster', cluster: answer.found };
  }
  if (name === 'cluster') {
    throw explainAbsence(answer, ['spark-dev init --yes', 'Run it embedded: --target local']);
  }
  host.ui.say(`Embedded on this machine: ${answer.absent} (spark-dev init prepares one)`);
  const current = await readCurrentContext(host);
  if (current !== undefined && current !== profileName)
    host.ui.say(`kubectl's current context ${JSON.stringify(current)} is ignored`);
  return { kind: 'local' };
}
