import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';

/** The cluster and the world, as everything here reaches them. */
export interface NamespaceSession {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly signal: AbortSignal;
}
