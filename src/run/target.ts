import { readContexts } from '../kube/contexts/read-contexts.js';
import { jobNamespace, profileName } from '../kube/names.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { findPreparedCluster, explainAbsence, requirePreparedCluster } from '../clusters/providers.js';
import type { Settings } from '../config/settings.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { requireNamespace } from '../namespaces/require-namespace.js';
import type { Host } from '../ports/host.js';
import type { RunRequest } from './request.js';
import type { TargetName, sharedOptions } from './run-options.js';
import { ensureBaseImage, nameBaseImage } from '../clusters/shared/base-image.js';
import { findSharedContext } from '../clusters/shared/find-shared-context.js';
import { requireRunRights } from '../namespaces/require-rights.js';
import type { CommandInput } from '../command.js';
import { describeSharedCluster } from '../clusters/shared/access.js';
import { registryForm } from '../config/provider-names.js';

type Target = { readonly kind: 'local' } | { readonly kind: 'cluster'; readonly cluster: PreparedCluster };

type TargetSettings = Pick<Settings, 'target' | 'imageRegistry' | 'provider'> &
  Readonly<Record<'namespace' | 'serviceAccount', string | undefined>>;

interface TargetRequest {
  readonly name: TargetName;
  /** Undefined: the cluster's namespace in use. */
  readonly namespace?: string | undefined;
  /** From the settings. */
  readonly provider: string | undefined;
  readonly signal: AbortSignal;
}

/** The target of a request: its own or named cluster, our cluster if the launcher needs it, else the chosen one. */
export function findTarget(host: Host, request: RunRequest, settings: TargetSettings): Promise<Target> {
  const { input, launcher, proves, on = proves } = request;
  const { signal, options, variables = {} } = input;
  const { context } = input.global;
  const { target: name = 'auto', namespace, provider } = settings;
  const onCluster = (cluster: PreparedCluster): Target => ({ kind: 'cluster', cluster });
  if (on !== undefined) return Promise.resolve(onCluster(on));
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

/** Whether `--context` names a cluster other than our own. */
function isForeign(context: string | undefined): context is string {
  return context !== undefined && context !== profileName;
}

/**
 * A cluster from the user's kubeconfig, ready for a run: allowed, with a registry, checked rights and the Spark image on this
 * machine as the base. Changes nothing in the cluster.
 */
async function requireSharedCluster(
  host: Host,
  { options, global, signal }: CommandInput<typeof sharedOptions>,
  settings: Readonly<Partial<Record<'namespace' | 'imageRegistry' | 'serviceAccount', string | undefined>>>,
): Promise<PreparedCluster> {
  const allowRemote = options.allowRemote === true;
  const context = await findSharedContext(host, { context: global.context ?? '', allowRemote, signal });
  const registry = requireRegistry(settings.imageRegistry, context.name);
  const { namespace } = settings;
  const cluster = await describeSharedCluster(host, { context, namespace, sparkImage: '', registry, signal });
  const { serviceAccount = cluster.serviceAccount } = settings;
  await requireRunRights({ host, cluster: { ...cluster, serviceAccount }, signal });
  const { reference: sparkImage } = await nameBaseImage(host, signal);
  if (!global.dryRun) await ensureBaseImage(host, signal);
  return { ...cluster, sparkImage };
}

function requireRegistry(registry: string | undefined, context: string): string {
  if (registry !== undefined && registryForm.test(registry)) return registry;
  const what =
    registry === undefined
      ? `No registry is set for the context ${context}`
      : `${JSON.stringify(registry.slice(0, 200))} is not a registry`;
  throw new SparkDevError('USAGE', what, {
    why: "The nodes of a shared cluster pull the application's image from a registry, and this machine must be able to push it there.",
    fix: [
      '--image-registry registry.example:5000/team',
      'imageRegistry: registry.example:5000/team   # in spark-dev.yaml',
    ],
  });
}
