import { readContexts } from '../kube/contexts/read-contexts.js';
import { jobNamespace, profileName } from '../kube/names.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { findPreparedCluster } from '../clusters/providers.js';
import { explainAbsence, requirePreparedCluster } from '../clusters/prepare/require-prepared.js';
import type { Settings } from '../config/settings.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { requireNamespace } from '../namespaces/require-namespace.js';
import type { Host } from '../ports/host.js';
import type { RunRequest } from './request.js';
import type { TargetName } from './run-options.js';
import { isForeign, requireSharedCluster } from './shared-target.js';

export type Target = { readonly kind: 'local' } | { readonly kind: 'cluster'; readonly cluster: PreparedCluster };

type TargetSettings = Pick<Settings, 'target' | 'imageRegistry' | 'provider'> &
  Readonly<Record<'namespace' | 'serviceAccount', string | undefined>>;

export interface TargetRequest {
  readonly name: TargetName;
  /** Undefined: the cluster's namespace in use. */
  readonly namespace?: string | undefined;
  /** From the settings. */
  readonly provider: string | undefined;
  readonly signal: AbortSignal;
}

/** The target of a request: its own or named cluster, our cluster if the launcher needs it, else the chosen one. */
export function findTarget(host: Host, request: RunRequest, settings: TargetSettings): Promise<Target> {
  const { input, launcher, proves } = request;
  const { signal, options, variables = {} } = input;
  const { context } = input.global;
  const { target: name = 'auto', namespace, provider } = settings;
  const onCluster = (cluster: PreparedCluster): Target => ({ kind: 'cluster', cluster });
  if (proves !== undefined) return Promise.resolve(onCluster(proves));
  if (launcher !== undefined) return requireOwnCluster(host, { namespace, provider, signal }).then(onCluster);
  if (!isForeign(context)) return chooseTarget(host, { name, namespace, provider, signal });
  // a variable is set for many calls, so the context overrides it
  if (options.target === 'local' && variables['target'] === undefined)
    throw new SparkDevError('CONTEXT_REFUSED', `Refused to use the context ${JSON.stringify(context)}`, {
      why: '--target local means this machine, but a context means a cluster.',
      fix: ['Leave out --context and SPARK_DEV_CONTEXT', 'Leave out --target local'],
    });
  return requireSharedCluster(host, input, settings).then(onCluster);
}

/** The prepared cluster, with an existing namespace. */
export async function requireOwnCluster(host: Host, request: Omit<TargetRequest, 'name'>): Promise<PreparedCluster> {
  const cluster = await requirePreparedCluster(host, request);
  await requireNamespace({ host, cluster, signal: request.signal }, cluster.namespace);
  return cluster;
}

const namedWithinMs = 20_000;

/** `auto` is the prepared cluster if it answers, else this machine; prints the choice and how to change it. */
export async function chooseTarget(host: Host, { name, namespace, provider, signal }: TargetRequest): Promise<Target> {
  if (name === 'local') return { kind: 'local' };
  // an explicit target waits for a busy cluster; `auto` must decide quickly
  const patience = name === 'cluster' ? { timeoutMs: namedWithinMs } : {};
  const answer = await findPreparedCluster(host, { provider, namespace, signal, ...patience });
  if ('found' in answer) {
    const cluster = answer.found;
    const isHome = cluster.namespace === jobNamespace;
    if (!isHome) await requireNamespace({ host, cluster, signal }, cluster.namespace);
    const where = isHome ? '' : `, namespace ${cluster.namespace}`;
    if (name === 'auto') host.ui.say(`On the cluster ${cluster.context}${where} (--target local runs without it)`);
    return { kind: 'cluster', cluster: answer.found };
  }
  if (name === 'cluster') {
    throw explainAbsence(answer, ['spark-dev init --yes', 'Run without a cluster: --target local']);
  }
  host.ui.say(`In local mode on this machine: ${answer.absent} (spark-dev init prepares one)`);
  const { current } = await readContexts(host);
  if (current !== undefined && current !== profileName)
    host.ui.say(`kubectl's current context ${JSON.stringify(current)} is ignored`);
  return { kind: 'local' };
}
