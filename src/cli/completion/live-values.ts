import { basename } from 'node:path';
import type { Host } from '../../ports/host.js';

type List = (host: Host) => Promise<readonly string[]>;

/** A shell that waits longer seems to hang. */
const namespacesWithinMs = 1500;

/** Keyed by flag, by command with its argument, or by argument alone. */
const lists: Readonly<Record<string, List>> = {
  '--context': listContextNames,
  '--namespace': listNamespaceNames,
  '--spark-version': listSparkVersions,
  '<app>': listAppNames,
  '[app]': listAppNames,
  'cluster use <name>': listContextNames,
  'namespace use <name>': listNamespaceNames,
  'namespace check [name]': listNamespaceNames,
  'namespace delete <name>': listNamespaceNames,
  '<right>': async () => (await import('../../namespaces/grant.js')).grantedRoles,
  'images pull [images...]': listImageNames,
  'images build [names...]': listImageNames,
  'shell [language]': async () => (await import('../../run/launch/shell/repl.js')).replNames,
  'services status [name]': () => listServiceNames(false),
  'services up <name>': () => listServiceNames(false),
  'services down <name>': () => listServiceNames(false),
  'services open <name>': () => listServiceNames(true),
  'completion [shell]': () => Promise.resolve(['bash', 'zsh']),
  help: async () => [
    ...Object.keys((await import('../../commands/help.js')).topics),
    ...Object.keys((await import('../../errors/long-forms.js')).longForms),
  ],
};

/** Values of the first known key. Failures stay silent: the user only pressed Tab. */
export async function listLiveValues(host: Host, ...keys: readonly string[]): Promise<readonly string[]> {
  const key = keys.find((one) => Object.hasOwn(lists, one));
  return key === undefined ? [] : ((await lists[key]?.(host).catch(() => [])) ?? []);
}

async function listAppNames(host: Host): Promise<readonly string[]> {
  const { loadSettings } = await import('../../config/load-settings.js');
  const { listApplications } = await import('../../job/application.js');
  const silent = { ...host, ui: { ...host.ui, say: () => undefined } };
  const settings = await loadSettings(silent, {}).catch(() => ({ apps: {} }));
  return (await listApplications(host.directories, settings)).map(({ name }) => name);
}

async function listContextNames(host: Host): Promise<readonly string[]> {
  const { contexts } = await (await import('../../kube/contexts/read-contexts.js')).readContexts(host);
  return contexts.map(({ name }) => name);
}

async function listNamespaceNames(host: Host): Promise<readonly string[]> {
  const { findPreparedCluster } = await import('../../clusters/providers.js');
  const { loadSettings } = await import('../../config/load-settings.js');
  const { listNamespaces } = await import('../../namespaces/observe-namespace.js');
  const signal = AbortSignal.timeout(namespacesWithinMs);
  const { provider } = await loadSettings(host, {});
  const prepared = await findPreparedCluster(host, { provider, signal, timeoutMs: namespacesWithinMs });
  if (!('found' in prepared)) return [];
  return (await listNamespaces({ host, cluster: prepared.found, signal })).map(({ name }) => name);
}

async function listServiceNames(withPage: boolean): Promise<readonly string[]> {
  const { isClusterService, services } = await import('../../services/services.js');
  const hasPage = (one: (typeof services)[number]): boolean => !isClusterService(one) || one.port !== undefined;
  return services.filter(withPage ? hasPage : isClusterService).map(({ name }) => name);
}

async function listImageNames(host: Host): Promise<readonly string[]> {
  const { listStored } = await import('../../images/prune.js');
  const stored = (await listStored(host)).map(({ path }) => /^(.+)-[0-9a-f]{12}\./.exec(basename(path))?.[1] ?? '');
  const versions = (await listSparkVersions()).slice(1).map((version) => `spark-${version}`);
  return ['spark', ...versions, ...stored].filter((name) => name !== '');
}

async function listSparkVersions(): Promise<readonly string[]> {
  return (await import('../../toolchain/spark/versions.js')).sparkVersions.map(({ version }) => version);
}
