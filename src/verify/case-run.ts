import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { PodYaml } from './pod-yaml.js';

/** What one run of a case is given. */
export interface CaseRun {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly yaml: PodYaml;
  readonly runId: string;
  /** Of all cases; each has its own below. */
  readonly folder: string;
  readonly image: string;
  readonly heapMb: number;
  readonly isSabotaged: boolean;
  readonly signal: AbortSignal;
  /** Called as soon as its pods are gone; its namespace takes some seconds more. */
  readonly onRoomFree: () => void;
}
