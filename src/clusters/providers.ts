import type { ProviderName } from '../config/provider-names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Capabilities } from './capabilities.js';
import { dockerDesktop } from './docker-desktop/provider.js';
import { minikube } from './minikube/provider.js';
import type { PreparedAnswer, PreparedRequest } from './prepared.js';
import type { Provider } from './provider.js';

/** The usual one first: it is taken where nobody names one and none is there. */
const byName: Readonly<Record<ProviderName, Provider>> = { minikube, 'docker-desktop': dockerDesktop };
export const knownProviders = Object.values(byName);

/** Which providers there are is part of the world: a host may bring a list of its own. */
export type ProviderHost = Host & { readonly providers?: readonly Provider[] };

export function listProviders({ providers }: ProviderHost): readonly Provider[] {
  return providers ?? knownProviders;
}

/** The one that made the cluster, or that the settings name. Throws USAGE for a name that is none. */
export function findProvider(host: ProviderHost, { name }: Pick<Capabilities, 'name'>): Provider {
  const all = listProviders(host);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new SparkDevError('USAGE', `There is no provider ${name}`, { fix: all.map((one) => `--provider ${one.name}`) });
}

/**
 * Whose cluster a command means: `requested`, which the settings have by flag, variable or file, else the first that is there,
 * else the usual one. Nothing is noted anywhere: a prepared cluster says so itself.
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

/** Made, though it may stand still; or prepared, where only its answer tells. */
export async function isProviderThere(host: Host, provider: Provider, request: PreparedRequest): Promise<boolean> {
  return provider.isMade === undefined ? 'found' in (await provider.find(host, request)) : provider.isMade(host);
}

/** Whether a cluster was made here, though it may stand still: then it is worth to get ready for its answer. */
export async function isAnyMade(host: ProviderHost): Promise<boolean> {
  return (await Promise.all(listProviders(host).map(async (one) => one.isMade?.(host)))).includes(true);
}

/** Asked at each run, so it must answer soon. `provider` as the settings have it; undefined: as resolveProvider chooses. */
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
    if (answer.isSilent === true) silent += `, and ${one.title}'s Kubernetes does not answer`;
  }
  return { absent: `no cluster was made yet${silent}` };
}
