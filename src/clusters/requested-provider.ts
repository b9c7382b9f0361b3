import { loadSettings } from '../config/load-settings.js';
import type { Host } from '../ports/host.js';
import { providerNames, type ProviderName } from './provider.js';

/** cli writes the flag into it for one call, so that all who look for a cluster find the same one. */
export const providerVariable = 'SPARK_DEV_PROVIDER';

/** Flag over environment over file; undefined where nobody says it. */
export async function readRequestedProvider(host: Host): Promise<ProviderName | undefined> {
  const said = providerNames.find((name) => name === host.env[providerVariable]);
  return said ?? (await loadSettings(host)).provider;
}
