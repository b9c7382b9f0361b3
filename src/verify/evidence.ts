import type { V1Pod } from '@kubernetes/client-node';

/** Everything observed in one run of a case. Pods are in their last watched state. */
export interface Evidence {
  readonly driver: V1Pod | undefined;
  /** In the order in which the watch reported them. */
  readonly executors: readonly V1Pod[];
  readonly driverLog: string;
  /** Pod name → log. */
  readonly executorLogs: ReadonlyMap<string, string>;
  /** Failures of the submission or the steps, and timeouts. */
  readonly troubles: readonly string[];
  /** Objects that should be gone with the driver but still exist. */
  readonly left: readonly string[];
}
