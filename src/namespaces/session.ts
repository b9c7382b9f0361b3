import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';

/** The cluster and the host, as used by everything in this folder. */
export interface NamespaceSession {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly signal: AbortSignal;
}
