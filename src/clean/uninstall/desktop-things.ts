import { listStoredRecipes } from '../../images/prune.js';
import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import { homeLabel } from '../../kube/labels.js';
import { jobNamespace } from '../../kube/names.js';
import { observeDesktopNamespaces, type DesktopNamespaces } from '../../namespaces/desktop-namespaces.js';
import { removeServiceRightsArgv } from '../../namespaces/plan-namespace.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { applicationTagsOf, listTags } from './images.js';

/** Everything prepared in Docker Desktop's Kubernetes: namespaces with our label, with their contents. */
export interface DesktopThings extends DesktopNamespaces {
  /** Applications that runs of this home built, in the daemon that the cluster shares. */
  readonly applications: readonly string[];
}

/** `silent`: it may contain something, but does not answer. */
export type InstalledDesktop = DesktopThings | 'silent' | undefined;

/** By label, so that what another home made under the same name meanwhile stays. The cluster state goes last: it leads to the rest. */
export function deleteNamespacesArgvs(tool: KubectlTool, home: string, namespaces: readonly string[]): readonly Argv[] {
  if (namespaces.length === 0) return [];
  const others = namespaces.filter((name) => name !== jobNamespace);
  const deletions = [others, namespaces.filter((name) => name === jobNamespace)]
    .filter((names) => names.length > 0)
    .map((names) => `--selector=${homeLabel}=${home},kubernetes.io/metadata.name in (${names.join(',')})`)
    .map((selector) => kubectl(tool).delete('namespace', selector, '--timeout=120s'));
  return [removeServiceRightsArgv(tool, home, namespaces), ...deletions];
}

export async function observeDesktopThings(host: Host, signal: AbortSignal): Promise<InstalledDesktop> {
  const found = await observeDesktopNamespaces(host, signal);
  if (found === undefined || found === 'silent') return found;
  // another home's runs may need them
  if (found.others.length > 0) return { ...found, applications: [] };
  const daemon = { place: 'cluster', dockerEnv: found.cluster.childEnv } as const;
  const recipes = await listStoredRecipes(host);
  return { ...found, applications: await listTags(host, daemon, recipes, applicationTagsOf, signal) };
}
