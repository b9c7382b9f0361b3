import type { Source } from '../../toolchain/source.js';
import type { DesiredCluster } from './desired.js';
import type { StartSettings } from '../minikube/argv.js';
import type { ObservedPreparation } from './observe.js';
import type { ClusterParts } from './parts.js';
import type { PreparationStep } from './plan.js';
import type { HostPrograms } from '../programs.js';
import type { ClusterAccess, ProviderName } from '../provider.js';
import type { FittedSize, HostCapacity } from '../../kube/size.js';

export interface PreparationRequest {
  readonly size: Partial<HostCapacity>;
  /** minikube when absent. */
  readonly provider?: ProviderName;
  /** Of a profile that is made anew. */
  readonly settings?: StartSettings;
  /** When absent, that of the cluster or the tools that are there. */
  readonly source?: Source;
  readonly signal: AbortSignal;
}

/** What was seen and what is to be done about it. */
export interface Preparation {
  readonly source: Source;
  readonly steps: readonly PreparationStep[];
  readonly desired: DesiredCluster;
  readonly seen: ObservedPreparation;
  readonly parts: ClusterParts;
  readonly programs: HostPrograms;
  readonly access: ClusterAccess;
  /** Said before anything is done. */
  readonly warnings: readonly string[];
  /** Undefined where a profile is there already and can be read: it keeps the size that it was made with. */
  readonly size: FittedSize | undefined;
  readonly settings: StartSettings | undefined;
  readonly version: string;
}
