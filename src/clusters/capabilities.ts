import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { HostToolName } from '../toolchain/find-tool.js';
import type { KubectlTool } from '../kube/kubectl.js';

/** What a command may want of a cluster beside running jobs on it. */
export type ProviderAction = 'stop' | 'delete' | 'resize' | 'grow' | 'recreate' | 'pull';

/** Why not, and what to do instead. */
export interface Inability {
  readonly why: string;
  readonly fix: readonly string[];
}

/** What is known of a provider's clusters without asking one; each cluster carries it. */
export interface Capabilities {
  readonly name: string;
  readonly title: string;
  /** The programs of ours that it takes. */
  readonly tools: readonly HostToolName[];
  /** init makes and starts it; else it is the user's, and init only prepares it. */
  readonly isMadeByUs: boolean;
  /** Others run on its nodes too: they are not counted, and spark-dev works in one namespace. */
  readonly isShared: boolean;
  /** Skaffold may look for the cluster's daemon with minikube's help. */
  readonly detectMinikube: boolean;
  /** Where its own makers show what runs in it. */
  readonly ownDashboard?: string;
  /** What is not listed can be done. */
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
  grow: 'grow the cluster under a run',
  recreate: 'make the cluster anew',
  pull: 'pull images for the cluster',
};

/** How a cluster is reached, whoever made it: context and kubeconfig are named, so that no call follows current-context. */
export interface ClusterAccess extends KubectlTool {
  readonly provider: Capabilities;
  /** For every child that may look for a cluster, with the managed tools first on PATH. */
  readonly childEnv: Readonly<Record<string, string>>;
  /** The variables that reach the cluster's own Docker daemon. */
  dockerEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>>;
}
