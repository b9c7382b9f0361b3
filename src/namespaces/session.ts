import type { PreparedCluster } from '../clusters/prepared.js';
import type { CommandInput } from '../command.js';
import { loadSettings } from '../config/load-settings.js';
import type { Host } from '../ports/host.js';
import { requirePreparedCluster } from '../clusters/providers.js';

/** A prepared cluster with its namespace, the host to reach it from, and the signal that ends the work. */
export interface NamespaceSession {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly signal: AbortSignal;
}

/** With this namespace, else the one in use. Throws CLUSTER_ABSENT or CLUSTER_UNREACHABLE. */
export async function openNamespace(
  host: Host,
  { global, signal }: Pick<CommandInput, 'global' | 'signal'>,
  namespace?: string,
): Promise<NamespaceSession> {
  const { provider } = await loadSettings(host, global);
  return { host, signal, cluster: await requirePreparedCluster(host, { provider, namespace, signal }) };
}
