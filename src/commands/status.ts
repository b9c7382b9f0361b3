import type { ClusterAccess } from '../clusters/capabilities.js';
import type { Row } from '../clusters/explain-size.js';
import type { InsideStatus, Provider } from '../clusters/provider.js';
import { isProviderThere, listProviders, resolveProvider } from '../clusters/providers.js';
import { command } from '../command.js';
import { loadSettings } from '../config/load-settings.js';
import { jobNamespace } from '../kube/names.js';
import type { Host } from '../ports/host.js';
import { count } from '../text/words.js';
import { listLeftovers, type Found } from '../clean/plan.js';

export const status = command({
  name: 'status',
  makesNoFolders: true,
  examples: ['spark-dev status', 'spark-dev cluster status --json'],
  async run(outer, { global, signal }) {
    const host = connectOnce(outer);
    const settings = await loadSettings(host, global);
    const provider = await resolveProvider(host, settings.provider, signal);
    let begun: Promise<Found> | undefined;
    const alongside = (access: ClusterAccess): Promise<Found> => (begun = listLeftovers(host, access, signal));
    const [observed, also] = await Promise.all([
      provider.observe(host, signal, alongside),
      findOther(host, provider, settings.provider, signal),
    ]);
    const { seen, sized, rows, next, access } = observed;
    const { leftovers, standing, waiting } = await ((access && begun) ?? listLeftovers(host, access, signal));
    const ready = isReady(seen);
    const other: readonly Row[] =
      also === undefined ? [] : [['also', `${also.title} is also prepared: --provider ${also.name}`]];
    return {
      data: {
        ready,
        provider: provider.name,
        ...seen,
        sized,
        leftovers,
        standing,
        context: provider.context,
        namespace: jobNamespace,
        also: also?.name ?? null,
        cannot: provider.cannot,
      },
      text: [
        ...[
          ...rows,
          ...other,
          ...standing.map((name): Row => ['services', name]),
          ...showWaiting(waiting),
          ...showLeftovers(leftovers),
        ].map(showRow),
        ready ? 'Ready: spark-dev run sparkpi' : `Not ready: ${next}`,
      ],
    };
  },
});

/** Nothing changes a kubeconfig meanwhile. */
function connectOnce(host: Host): Host {
  const connections = new Map<string, ReturnType<Host['kube']>>();
  return {
    ...host,
    kube: (target) => {
      const key = `${target.context} ${target.kubeconfig}`;
      const connection = connections.get(key) ?? host.kube(target);
      connections.set(key, connection);
      return connection;
    },
  };
}

/** The other prepared provider, if there is one. Those before the chosen one, and all if it is not made, were asked in the choice. */
async function findOther(
  host: Host,
  chosen: Provider,
  requested: string | undefined,
  signal: AbortSignal,
): Promise<Provider | undefined> {
  const all = listProviders(host);
  if (requested === undefined && (await chosen.isMade?.(host)) === false) return undefined;
  const rest = requested === undefined ? all.slice(all.indexOf(chosen) + 1) : all.filter((one) => one !== chosen);
  for (const one of rest) if (await isProviderThere(host, one, { signal })) return one;
  return undefined;
}

/** Runs need a cluster that answers and a finished init. */
function isReady({ inside, missingTools }: InsideStatus): boolean {
  return inside?.objects.record !== undefined && inside.objects.missing.length === 0 && missingTools.length === 0;
}

function showWaiting({ length }: readonly string[]): readonly Row[] {
  return length === 0 ? [] : [['standby', `${count(length, 'driver')} for the next run, for ten minutes at most`]];
}

function showLeftovers(leftovers: readonly string[]): readonly Row[] {
  if (leftovers.length === 0) return [];
  return [['leftovers', `${count(leftovers.length, 'thing')} of interrupted runs: spark-dev clean`]];
}

function showRow([name, value]: Row): string {
  return `${name.padEnd(13)}${value}`;
}
