import type { V1Pod } from '@kubernetes/client-node';

/** All that one run of a case showed. Pods are as the watch last told them, before they went. */
export interface Evidence {
  readonly driver: V1Pod | undefined;
  /** In the order in which the watch told of them. */
  readonly executors: readonly V1Pod[];
  readonly driverLog: string;
  /** Of each executor, by its pod's name. */
  readonly executorLogs: ReadonlyMap<string, string>;
  /** What went wrong on the way: submission, steps, time. */
  readonly troubles: readonly string[];
  /** Of what the case says must be gone with the driver, what is there all the same. */
  readonly left: readonly string[];
}
