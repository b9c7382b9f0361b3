import { requirePreparedCluster } from '../clusters/providers.js';
import { typedFlags, type CommandInput, type OptionSpec } from '../command.js';
import { loadSettingsFor } from '../config/load-settings.js';
import type { SettingOptions } from '../config/resolve.js';
import type { Settings } from '../config/settings.js';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { Host } from '../ports/host.js';
import { headlampService } from './headlamp/service.js';
import { k9sPage } from './k9s/service.js';
import type { ClusterService, Service } from './service.js';
import { submitService } from './submit/service.js';

export const services: readonly Service[] = [submitService, headlampService, k9sPage];

export function isClusterService(service: Service): service is ClusterService {
  return 'objects' in service;
}

/** Throws USAGE with the nearest name. */
export function findService(name: string, known: readonly Service[], verb: string): Service {
  const found = known.find((service) => service.name === name);
  if (found !== undefined) return found;
  const names = known.map((service) => service.name);
  const nearest = suggestNearest(name, names);
  throw new SparkDevError('USAGE', `There is no service ${JSON.stringify(name.slice(0, 200))}`, {
    why: `Available: ${names.join(', ')}`,
    fix: [
      ...(nearest === undefined ? [] : [`Did you mean: spark-dev services ${verb} ${nearest}`]),
      'spark-dev services list',
    ],
  });
}

/** Also throws USAGE for a terminal page. */
export function findClusterService(name: string, known: readonly Service[], verb: string): ClusterService {
  const found = findService(name, known, verb);
  if (isClusterService(found)) return found;
  throw new SparkDevError('USAGE', `${name} does not run in the cluster: it can only be opened`, {
    fix: [`spark-dev services open ${name}`],
  });
}

/** For a command that accepts the flags of all services. */
export function flagsOf({ name, flags }: Service): readonly OptionSpec[] {
  return flags.map((option) => ({ ...option, description: `${name}: ${option.description}` }));
}

/** Throws USAGE for a flag of another service. Ignores variables, because they apply to many calls. */
export function refuseOtherFlags(
  service: Service,
  known: readonly Service[],
  input: Pick<CommandInput, 'options' | 'variables'>,
): void {
  const given = typedFlags(input);
  const namesOf = ({ flags }: Service): readonly string[] => flags.map((one) => /--[a-z-]+/.exec(one.flags)?.[0] ?? '');
  const own = namesOf(service);
  const wrong = known.flatMap(namesOf).find((flag) => given.includes(flag) && !own.includes(flag));
  if (wrong === undefined) return;
  throw new SparkDevError('USAGE', `${service.name} has no flag ${wrong}`, { fix: [`Remove ${wrong}`] });
}

export const namespaceFlag = {
  flags: '--namespace <name>',
  description: 'namespace (default: the current one)',
} as const satisfies OptionSpec;

/** Throws CLUSTER_ABSENT or CLUSTER_UNREACHABLE. */
export async function openSession(
  host: Host,
  input: Pick<CommandInput, 'variables' | 'global' | 'signal'> & { readonly options: SettingOptions },
): Promise<{ readonly session: NamespaceSession; readonly settings: Settings }> {
  const { signal } = input;
  const settings = await loadSettingsFor(host, input);
  const { provider, namespace } = settings;
  const cluster = await requirePreparedCluster(host, { provider, namespace, signal });
  return { session: { host, cluster, signal }, settings };
}
