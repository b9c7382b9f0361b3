import type { Source } from '../../toolchain/source.js';
import type { DesiredCluster } from './desired.js';
import type { Host } from '../../ports/host.js';
import type { StepContext } from '../../steps/apply.js';
import type { Step } from '../../steps/step.js';
import type { StartSettings } from '../minikube/argv.js';
import type { ChildRequests } from '../minikube/profile.js';
import type { ObservedPreparation } from './observe.js';
import type { ClusterParts } from './parts.js';
import type { PreparationStep } from './plan.js';
import type { HostPrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import type { FittedSize, HostCapacity } from '../../kube/size.js';

export interface PreparationRequest {
  readonly size: Partial<HostCapacity>;
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

/** What init has to do about the size of a cluster that is there already. */
export interface InitResize {
  readonly steps: readonly Step[];
  /** Before all else where it can be seen what is to be done, so that a stopped cluster starts in its new size. */
  readonly when: 'first' | 'last';
  /** Answers milliseconds by step. */
  readonly apply: () => Promise<Readonly<Record<string, number>>>;
}

/** How a provider prepares its cluster. */
export interface Preparer {
  /** Looks and plans; changes nothing. */
  plan(host: Host, request: PreparationRequest): Promise<Preparation>;
  /** What the steps of its own node take; without it there is no such step, and kubectl looks names up. */
  apply?(
    host: Host,
    context: Preparation & { readonly logFile: string },
    part: 'unpause' | 'start' | 'dns',
    running: StepContext,
  ): Promise<void>;
  /** Whether something was there to remove: nothing is built on what an earlier call left half made. Docker answers. */
  removeRuins?(host: Host, requests: ChildRequests): Promise<boolean>;
  /** Once all is done: what brings the cluster back when its tool has lost it. */
  keep?(host: Host): Promise<void>;
}
