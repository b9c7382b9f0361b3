import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { ChildEnv } from '../toolchain/tool-env.js';
import type { HostToolName } from '../toolchain/find-tool.js';
import type { KubectlTool } from '../kube/kubectl.js';

/** What a command can do with a cluster besides running jobs on it. */
export type ProviderAction = 'stop' | 'delete' | 'resize' | 'grow' | 'recreate' | 'pull';

/** Why an action is not possible, and what to do instead. */
export interface Inability {
  readonly why: string;
  readonly fix: readonly string[];
}

/** Static facts about a provider's clusters. */
export interface Capabilities {
  readonly name: string;
  readonly title: string;
  /** Managed tools that it needs. */
  readonly tools: readonly HostToolName[];
  /** init creates and starts it; otherwise the user owns it, and init only prepares it. */
  readonly isMadeByUs: boolean;
  /** Other users run on its nodes too: nodes are not inspected, and spark-dev works in one namespace. */
  readonly isShared: boolean;
  /** Skaffold may ask minikube for the cluster's daemon. */
  readonly detectMinikube: boolean;
  /** The vendor's own dashboard. */
  readonly ownDashboard?: string;
  /** Actions that are not listed are possible. */
  readonly cannot: Readonly<Partial<Record<ProviderAction, Inability>>>;
}

/** Throws PROVIDER_CANNOT with what to do instead. */
export function requireAbility(provider: Capabilities, action: ProviderAction): void {
  if (provider.cannot[action] !== undefined) throw explainInability(provider, action);
}

export function explainInability({ name, title, cannot }: Capabilities, action: ProviderAction): SparkDevError {
  return new SparkDevError('PROVIDER_CANNOT', `spark-dev does not ${verbs[action]} with ${title}`, {
    ...cannot[action],
    facts: { provider: name, action },
  });
}

const verbs: Readonly<Record<ProviderAction, string>> = {
  stop: 'stop the cluster',
  delete: 'delete the cluster',
  resize: 'resize the cluster',
  grow: 'grow the cluster during a run',
  recreate: 'recreate the cluster',
  pull: 'pull images for the cluster',
};

/** How to reach a cluster: context and kubeconfig are explicit, so no call depends on current-context. */
export interface ClusterAccess extends KubectlTool {
  readonly provider: Capabilities;
  /** For child processes that look for a cluster; managed tools come first on PATH. */
  readonly childEnv: ChildEnv;
  /** The variables for the cluster's own Docker daemon. */
  dockerEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>>;
}
