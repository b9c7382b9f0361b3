import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { HostToolName } from '../toolchain/find-tool.js';
import type { KubectlTool } from '../kube/kubectl.js';

export const providerNames = ['minikube', 'docker-desktop'] as const;
export type ProviderName = (typeof providerNames)[number];

/** Whose the cluster of a run is; one that is shared with others is named by its context alone. */
export type ClusterKind = ProviderName | 'shared';

/** What a command may want of a cluster beside running jobs on it. */
export type ProviderAction = 'stop' | 'delete' | 'grow' | 'recreate' | 'pull';

/** Why not, and what to do instead. */
export interface Inability {
  readonly why: string;
  readonly fix: readonly string[];
}

export interface Capabilities {
  readonly title: string;
  /** The programs of ours that it takes. */
  readonly tools: readonly HostToolName[];
  /** init makes and starts it; else it is the user's, and init only prepares it. */
  readonly isMadeByUs: boolean;
  /** What is not listed can be done. */
  readonly cannot: Readonly<Partial<Record<ProviderAction, Inability>>>;
}

const resizeDesktop = 'spark-dev cluster resize --provider docker-desktop --memory 8g --dry-run';

const notOurs: Inability = {
  why: 'It is shared with others: spark-dev works inside one namespace of it, and nowhere else.',
  fix: ['Ask whoever runs it'],
};

/** The one place that says what can be done with which cluster. */
export const capabilities: Readonly<Record<ClusterKind, Capabilities>> = {
  minikube: { title: 'minikube', tools: ['minikube', 'skaffold', 'kubectl'], isMadeByUs: true, cannot: {} },
  'docker-desktop': {
    title: 'Docker Desktop',
    tools: ['skaffold', 'kubectl'],
    isMadeByUs: false,
    cannot: {
      stop: {
        why: "Docker Desktop's Kubernetes stops with Docker Desktop, and all other containers with it.",
        fix: [
          'docker desktop stop   # all of Docker Desktop',
          'Kubernetes alone: Docker Desktop → Settings → Kubernetes → take the tick off Enable Kubernetes',
        ],
      },
      delete: {
        why: "Docker Desktop's Kubernetes is yours, and may hold more than spark-dev put into it.",
        fix: [
          'spark-dev uninstall --dry-run   # what spark-dev itself put into it, and no more',
          'All of it: Docker Desktop → Settings → Kubernetes → Reset Kubernetes Cluster',
        ],
      },
      grow: {
        why: 'Docker Desktop takes another size only with a restart, which ends all containers.',
        fix: [resizeDesktop, 'Run it with less: --executor-memory, --num-executors, or --fit shrink'],
      },
      recreate: {
        why: "Docker Desktop's Kubernetes is yours, so spark-dev does not make it anew.",
        fix: [resizeDesktop, 'Docker Desktop → Settings → Kubernetes → Reset Kubernetes Cluster'],
      },
      pull: {
        why: 'Docker Desktop brings what its Kubernetes needs, and init builds the Spark image in its own Docker.',
        fix: ['spark-dev init --provider docker-desktop', 'spark-dev images build spark'],
      },
    },
  },
  shared: {
    title: 'a shared cluster',
    tools: ['skaffold', 'kubectl'],
    isMadeByUs: false,
    cannot: { stop: notOurs, delete: notOurs, grow: notOurs, recreate: notOurs, pull: notOurs },
  },
};

/** Throws PROVIDER_CANNOT with what to do instead. */
export function requireAbility(provider: ClusterKind, action: ProviderAction): void {
  const { title, cannot } = capabilities[provider];
  const inability = cannot[action];
  if (inability === undefined) return;
  throw new SparkDevError('PROVIDER_CANNOT', `spark-dev does not ${verbs[action]} with ${title}`, {
    ...inability,
    facts: { provider, action },
  });
}

const verbs: Readonly<Record<ProviderAction, string>> = {
  stop: 'stop the cluster',
  delete: 'delete the cluster',
  grow: 'grow the cluster under a run',
  recreate: 'make the cluster anew',
  pull: 'pull images for the cluster',
};

/** How a cluster is reached, whoever made it: context and kubeconfig are named, so that no call follows current-context. */
export interface ClusterAccess extends KubectlTool {
  readonly provider: ClusterKind;
  /** For every child that may look for a cluster, with the managed tools first on PATH. */
  readonly childEnv: Readonly<Record<string, string>>;
  /** The variables that reach the cluster's own Docker daemon. */
  dockerEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>>;
}
