import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import { jobNamespace } from '../../kube/names.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { recipeLabel } from '../../images/recipe.js';
import { listStoredRecipes } from '../../images/prune.js';
import { removeServiceRightsArgv } from '../../namespaces/plan-namespace.js';
import { observeDesktopNamespaces, type DesktopNamespaces } from '../../namespaces/desktop-namespaces.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { listLines } from '../../text/words.js';
import { inspectLabelsArgv, parseLabels } from './images.js';
import { homeLabel } from '../../kube/labels.js';

const answerWithinMs = 15_000;

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

/** By Skaffold's names: the base image's label alone would also match a user's image. */
export function listApplicationsArgv(): Argv {
  const filters = [`--filter=label=${recipeLabel}`, '--filter=reference=spark-dev-app'];
  return ['docker', 'image', 'ls', ...filters, '--format={{.Repository}}:{{.Tag}}'];
}

export async function observeDesktopThings(host: Host, signal: AbortSignal): Promise<InstalledDesktop> {
  const found = await observeDesktopNamespaces(host, signal);
  if (found === undefined || found === 'silent') return found;
  // another home's runs may need them
  const isShared = found.others.length > 0;
  return { ...found, applications: isShared ? [] : await listApplications(host, found.cluster, signal) };
}

/** Of the recipes that this home stored, as for all images. */
async function listApplications(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<readonly string[]> {
  const options = { env: cluster.childEnv, signal, timeoutMs: answerWithinMs };
  const listed = listLines((await host.runner.run(listApplicationsArgv(), options)).stdout);
  if (listed.length === 0) return [];
  const recipes = await listStoredRecipes(host);
  const { stdout } = await host.runner.run(inspectLabelsArgv(listed), { ...options, accept: [1] });
  return parseLabels(stdout)
    .filter(({ labels }) => recipes.has(labels[recipeLabel] ?? ''))
    .flatMap(({ tags }) => tags.filter((tag) => listed.includes(tag)));
}
