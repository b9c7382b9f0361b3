import { delimiter, dirname, join } from 'node:path';
import type { Directories, Host } from '../ports/host.js';
import { minikubeHome, toolEnv, type ChildEnv } from '../toolchain/tool-env.js';

/** The one profile, context, cluster and user that is ours; no other is ever touched. */
export const profileName = 'spark-dev';
export const jobNamespace = 'spark';
export const jobServiceAccount = 'spark';
/** Of each namespace with runs, for the event logs of their drivers. */
export const eventsClaim = 'spark-events';
/** The ConfigMap in the cluster that records what init prepared. */
export const preparedConfigMap = 'spark-dev';

/** Folders of kustomize/ with a job's rights and the claim for its event logs; the second one is for clusters without the storage class `standard`. */
export const rightsFolders = { standard: 'rights', default: 'rights-default-storage' } as const;
/** Suffix of the digest of the rights in the cluster state. */
export const defaultStorageMark = '-default-storage';
export type StorageKind = keyof typeof rightsFolders;

interface ClusterPaths {
  /** minikube's own files are in `.minikube` below. */
  readonly minikubeHome: string;
  /** minikube rewrites the whole kubeconfig that it is given, so it gets its own. */
  readonly kubeconfig: string;
}

export function clusterPaths(directories: Directories): ClusterPaths {
  return {
    minikubeHome: minikubeHome({ directories }),
    kubeconfig: join(directories.data, 'kubeconfig'),
  };
}

/** PATH with the managed programs first: Skaffold calls minikube by name. */
export function joinToolsPath(host: Pick<Host, 'env'>, programs: readonly string[]): string {
  return [...new Set(programs.map((path) => dirname(path))), host.env['PATH'] ?? ''].join(delimiter);
}

/** For every child that may look for a cluster: pinned homes, and no proxy on the way to the node. */
export function clusterEnv(
  host: Host,
  toolsPath: string,
  kubeconfig = clusterPaths(host.directories).kubeconfig,
): ChildEnv {
  return {
    ...toolEnv(host),
    PATH: toolsPath,
    KUBECONFIG: kubeconfig,
    // otherwise kubectl caches API discovery in the user's ~/.kube
    KUBECACHEDIR: join(host.directories.cache, 'kubectl'),
    ...proxyExceptions(host.env),
  };
}

/** This machine, the first networks that minikube's docker driver uses, Kubernetes' services and pods. */
const local = [
  'localhost',
  '127.0.0.1',
  '192.168.49.0/24',
  '192.168.58.0/24',
  '192.168.67.0/24',
  '192.168.76.0/24',
  '10.96.0.0/12',
  '10.244.0.0/16',
  '.svc',
  '.cluster.local',
];

/** Empty if no proxy is set. Both spellings, because programs differ in which of the two they read. */
export function proxyExceptions(env: Host['env'], others: readonly string[] = []): Record<string, string> {
  const hasProxy = ['http_proxy', 'https_proxy', 'all_proxy'].some((name) =>
    [env[name], env[name.toUpperCase()]].some((value) => value !== undefined && value !== ''),
  );
  if (!hasProxy) return {};
  const theirs = [env['NO_PROXY'], env['no_proxy']].flatMap((list = '') => list.split(/[,\s]+/));
  const all = [...new Set([...theirs, ...local, ...others])].filter((entry) => entry !== '').join(',');
  return { NO_PROXY: all, no_proxy: all };
}
