/** A Docker daemon that may hold images: the machine's own, or the one in the cluster's node. */
export interface Daemon {
  readonly place: DaemonPlace;
  /** The variables that reach it; none for the machine's own. */
  readonly dockerEnv: Readonly<Record<string, string>> | undefined;
}

export type DaemonPlace = 'host' | 'cluster';

export const daemonTitles: Readonly<Record<DaemonPlace, string>> = {
  host: "this machine's Docker",
  cluster: "the cluster's Docker",
};
