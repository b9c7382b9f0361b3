import { join } from 'node:path';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { kubectl } from '../../kube/kubectl.js';

export interface DashboardRequest {
  /** k9s then lets you change things; without it only look. */
  readonly write: boolean;
  readonly allNamespaces: boolean;
}

/** Takes kubectl's flags; https://k9scli.io/topics/commands/ */
export function k9sArgv(k9s: string, cluster: PreparedCluster, { write, allNamespaces }: DashboardRequest): Argv {
  const where = allNamespaces ? ['--all-namespaces'] : [`--namespace=${cluster.namespace}`];
  const how = [write ? '--write' : '--readonly', '--command=pods', '--logoless', '--splashless'];
  return kubectl({ ...cluster, kubectl: k9s }).argv(...where, ...how);
}

/** A home of ours: what the user set for their own clusters is neither read nor written. */
export function k9sEnv(host: Host, cluster: PreparedCluster): Readonly<Record<string, string>> {
  return {
    ...cluster.childEnv,
    K9S_CONFIG_DIR: k9sHome(host),
    K9S_LOGS_DIR: join(host.directories.state, 'logs', 'k9s'),
  };
}

export function k9sHome({ directories }: Pick<Host, 'directories'>): string {
  return join(directories.data, 'k9s');
}

/** It would ask GitHub for a newer version at each start. */
export const k9sSettings = 'k9s:\n  skipLatestRevCheck: true\n';

/** The same, where there is no terminal to draw on. */
export function kubectlEquivalents(cluster: PreparedCluster): readonly string[] {
  const kubectl = `kubectl --context ${cluster.context} -n ${cluster.namespace}`;
  return [
    'Run it in a terminal',
    `${kubectl} get pods --watch`,
    `${kubectl} describe pods`,
    `${kubectl} logs --follow POD`,
    `${kubectl} get events --sort-by=.lastTimestamp`,
  ];
}
