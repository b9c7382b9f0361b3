import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { PodYaml } from './pod-yaml.js';

export interface CaseRun {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly yaml: PodYaml;
  readonly runId: string;
  /** Parent of the folders of all cases. */
  readonly folder: string;
  readonly image: string;
  readonly heapMb: number;
  readonly isSabotaged: boolean;
  readonly signal: AbortSignal;
  /** Called once its pods are gone; its namespace takes a few seconds more. */
  readonly onRoomFree: () => void;
}
