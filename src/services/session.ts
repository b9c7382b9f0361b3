import type { CommandInput } from '../command.js';
import { loadSettingsFor } from '../config/load-settings.js';
import type { SettingOptions } from '../config/resolve.js';
import type { Settings } from '../config/settings.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { Host } from '../ports/host.js';
import { requirePreparedCluster } from '../clusters/providers.js';

type Input = Pick<CommandInput, 'variables' | 'global' | 'signal'> & { readonly options: SettingOptions };

/** Throws CLUSTER_ABSENT or CLUSTER_UNREACHABLE. */
export async function openSession(
  host: Host,
  input: Input,
): Promise<{ readonly session: NamespaceSession; readonly settings: Settings }> {
  const { signal } = input;
  const settings = await loadSettingsFor(host, input);
  const { provider, namespace } = settings;
  const cluster = await requirePreparedCluster(host, { provider, namespace, signal });
  return { session: { host, cluster, signal }, settings };
}
