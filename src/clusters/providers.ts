import type { ProviderName } from '../config/provider-names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Capabilities } from './capabilities.js';
import { dockerDesktop } from './docker-desktop/provider.js';
import { minikube } from './minikube/provider.js';
import type { PreparedAnswer, PreparedRequest, ClusterAbsence, PreparedCluster } from './prepared.js';
import type { Provider } from './provider.js';
import { capitalise } from '../text/words.js';
import type { ObservedSize } from './observed-size.js';

/** The default comes first: it is used if none is requested and none exists. */
const byName: Readonly<Record<ProviderName, Provider>> = { minikube, 'docker-desktop': dockerDesktop };
export const knownProviders = Object.values(byName);

/** A host may bring its own list of providers. */
export type ProviderHost = Host & { readonly providers?: readonly Provider[] };

export function listProviders({ providers }: ProviderHost): readonly Provider[] {
  return providers ?? knownProviders;
}

/** The provider with this name; throws USAGE for an unknown one. */
export function findProvider(host: ProviderHost, { name }: Pick<Capabilities, 'name'>): Provider {
  const all = listProviders(host);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new SparkDevError('USAGE', `There is no provider ${name}`, { fix: all.map((one) => `--provider ${one.name}`) });
}

/**
 * The provider for a command: `requested` by flag, variable or file, else the first with a cluster, else the default. No
 * choice is stored: a prepared cluster identifies itself.
 */
export async function resolveProvider(
  host: ProviderHost,
  requested: string | undefined,
  signal: AbortSignal,
  wait: Pick<PreparedRequest, 'timeoutMs'> = {},
): Promise<Provider> {
  if (requested !== undefined) return findProvider(host, { name: requested });
  const all = listProviders(host);
  for (const one of all) if (await isProviderThere(host, one, { ...wait, signal })) return one;
  return all[0] ?? minikube;
}

/** It exists, even if it is stopped; or it answers as prepared, if there is no other way to know. */
export async function isProviderThere(host: Host, provider: Provider, request: PreparedRequest): Promise<boolean> {
  return provider.isMade === undefined ? 'found' in (await provider.find(host, request)) : provider.isMade(host);
}

/** Every run asks, so the timeout is short. `provider` comes from the settings; undefined: resolveProvider chooses. */
export async function findPreparedCluster(
  host: ProviderHost,
  { provider: name, ...request }: PreparedRequest & { readonly provider: string | undefined },
): Promise<PreparedAnswer> {
  const all = listProviders(host);
  if (name !== undefined) {
    const named = findProvider(host, { name });
    const answer = await named.find(host, request);
    return 'found' in answer || named === all[0] ? answer : { ...answer, provider: name };
  }
  let silent = '';
  for (const one of all) {
    const isMade = await one.isMade?.(host);
    if (isMade === false) continue;
    const answer = await one.find(host, request);
    if (isMade === true || 'found' in answer) return answer;
    if (answer.isSilent === true) silent += `, and Kubernetes in ${one.title} does not answer`;
  }
  return { absent: `there is no cluster yet${silent}` };
}

const answerWithinMs = 10_000;

/** The cluster, for commands that need one; throws CLUSTER_ABSENT or CLUSTER_UNREACHABLE. */
export async function requirePreparedCluster(
  host: Host,
  request: Parameters<typeof findPreparedCluster>[1],
): Promise<PreparedCluster> {
  const answer = await findPreparedCluster(host, { ...request, timeoutMs: answerWithinMs });
  if ('found' in answer) return answer.found;
  throw explainAbsence(answer, ['spark-dev status', 'spark-dev init --yes']);
}

/** Distinguishes a busy or stopped cluster from a missing one. */
export function explainAbsence(absence: ClusterAbsence, fix: readonly string[]): SparkDevError {
  const { absent, isSilent = false } = absence;
  return new SparkDevError(
    isSilent ? 'CLUSTER_UNREACHABLE' : 'CLUSTER_ABSENT',
    isSilent ? 'The cluster is not available now' : 'There is no prepared cluster',
    { why: `${capitalise(absent)}.`, fix: nameProvider(absence, fix) },
  );
}

/** Without the provider, init would use the default one. */
export function nameProvider({ provider }: ClusterAbsence, fix: readonly string[]): readonly string[] {
  return fix.map((line) =>
    provider !== undefined && line.startsWith('spark-dev ') ? `${line} --provider ${provider}` : line,
  );
}

/** The size of the cluster that jobs run on. */
export function observeSize(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  return findProvider(host, cluster.provider).size(host, cluster, signal);
}

/** The capacity that a job must fit; without the host if the cluster cannot grow during a run. */
export async function observeJobCapacity(
  host: Host,
  cluster: PreparedCluster,
  signal: AbortSignal,
): Promise<ObservedSize> {
  const facts = await observeSize(host, cluster, signal);
  return cluster.provider.cannot.grow === undefined ? facts : { ...facts, host: undefined };
}
