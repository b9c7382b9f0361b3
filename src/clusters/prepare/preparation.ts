import type { Source } from '../../toolchain/source.js';
import type { DesiredCluster, PreparationStep } from './desired.js';
import type { Host } from '../../ports/host.js';
import type { StepContext } from '../../steps/apply.js';
import type { Step } from '../../steps/step.js';
import type { StartSettings } from '../minikube/argv.js';
import type { ChildRequests } from '../minikube/profile.js';
import type { ObservedCluster } from './observe.js';
import type { ClusterParts } from './parts.js';
import type { HostPrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import type { FittedSize, HostCapacity } from '../../kube/size.js';

export interface PreparationRequest {
  readonly size: Partial<HostCapacity>;
  /** The size of a new profile. */
  readonly settings?: StartSettings;
  /** Default: the source of the existing cluster or tools. */
  readonly source?: Source;
  readonly signal: AbortSignal;
}

/** What was observed, and the steps to take. */
export interface Preparation {
  readonly steps: readonly PreparationStep[];
  readonly desired: DesiredCluster;
  readonly observed: ObservedCluster;
  readonly parts: ClusterParts;
  readonly programs: HostPrograms;
  readonly access: ClusterAccess;
  /** Shown before anything is done. */
  readonly warnings: readonly string[];
  /** Undefined for an existing, readable profile: it keeps its size. */
  readonly size: FittedSize | undefined;
  readonly settings: StartSettings | undefined;
}

/** The resize of an existing cluster in init. */
export interface InitResize {
  readonly steps: readonly Step[];
  /** First if the steps are known, so that a stopped cluster starts with its new size. */
  readonly when: 'first' | 'last';
  /** Returns milliseconds by step. */
  readonly apply: () => Promise<Readonly<Record<string, number>>>;
}

/** How a provider prepares its cluster. */
export interface Preparer {
  /** Looks and plans; changes nothing. */
  plan(host: Host, request: PreparationRequest): Promise<Preparation>;
  /** Applies the steps of its own node; absent if there is no such node: then kubectl checks the DNS. */
  apply?(
    host: Host,
    context: Preparation & { readonly logFile: string },
    part: 'unpause' | 'start' | 'dns',
    running: StepContext,
  ): Promise<void>;
  /** Removes what an interrupted call left; returns whether there was anything. Docker must answer. */
  removeRuins?(host: Host, requests: ChildRequests): Promise<boolean>;
  /** At the end: keeps a copy to restore the cluster if its tool loses it. */
  keep?(host: Host): Promise<void>;
}
