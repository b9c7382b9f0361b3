/** A Docker daemon that may hold images: the machine's own, or the one in the cluster's node. */
export interface Daemon {
  readonly place: DaemonLocation;
  /** Environment variables that select it; none for the machine's own. */
  readonly dockerEnv: Readonly<Record<string, string>> | undefined;
}

export type DaemonLocation = 'host' | 'cluster';

export const daemonTitles: Readonly<Record<DaemonLocation, string>> = {
  host: "this machine's Docker",
  cluster: "the cluster's Docker",
};
