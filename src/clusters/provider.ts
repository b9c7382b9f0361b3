import type { CommandResult } from '../command.js';
import type { Daemon } from '../images/daemon.js';
import type { LockRequest } from '../journal/lock.js';
import type { InsideObjects, NodeFigures } from '../kube/kubectl.js';
import type { HostCapacity } from '../kube/size.js';
import type { Host } from '../ports/host.js';
import type { Choice } from '../ports/ui.js';
import type { Source } from '../toolchain/source.js';
import type { Capabilities, ClusterAccess } from './capabilities.js';
import type { Row, SizeVerdict } from './explain-size.js';
import type { ProfileState } from './minikube/parse.js';
import type { ObservedSize } from './observed-size.js';
import type { PreparedAnswer, PreparedCluster, PreparedRequest } from './prepared.js';
import type { InitResize, Preparation, PreparationRequest, Preparer } from './prepare/preparation.js';

/** What `status` tells of a cluster; `seen` goes into its JSON as it is. */
export interface ProviderStatus {
  readonly seen: InsideStatus;
  readonly sized: SizeVerdict;
  readonly rows: readonly Row[];
  /** What makes it ready, where it is not. */
  readonly next: string;
  /** Undefined where nothing can be asked of it, or nothing of ours can be in it. */
  readonly access: ClusterAccess | undefined;
}

export interface InsideStatus {
  readonly missingTools: readonly string[];
  /** Undefined where no cluster answers. */
  readonly inside: { readonly nodes: readonly NodeFigures[]; readonly objects: InsideObjects } | undefined;
}

/** The daemons that may have images; undefined where one does not answer. */
export interface ObservedDaemons {
  readonly host: Daemon | undefined;
  readonly cluster: Daemon | undefined;
  readonly isOneDaemon: boolean;
  readonly profile: ProfileState;
}

export interface SizeRequest {
  /** What is not said stays as it is. */
  readonly size: Partial<HostCapacity>;
  readonly signal: AbortSignal;
}

export interface GrowRequest extends SizeRequest {
  readonly lock: Omit<LockRequest, 'signal'>;
}

export interface ResizeCall extends GrowRequest {
  readonly recreate: boolean;
  readonly dryRun: boolean;
}

export interface DownCall {
  readonly delete: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/**
 * Where a cluster comes from. One is a folder in here and a line in providers.ts. What it does not have it leaves out, with
 * the reason in `cannot`; what it does is loaded when it is called.
 */
export interface Provider extends Capabilities, Preparer {
  /** kubectl's name for its cluster. */
  readonly context: string;
  /** Where init lets choose. */
  readonly choice: Pick<Choice<string>, 'label' | 'hint'>;
  /** Whether init offers it on this machine; without it, everywhere. */
  isOffered?(host: Host, signal: AbortSignal): Promise<boolean>;

  /** Whether there is one, though it may stand still; without it, only an answer tells. */
  isMade?(host: Host): Promise<boolean>;
  /** What init prepared, where it answers. */
  find(host: Host, request: PreparedRequest): Promise<PreparedAnswer>;
  /** How a cluster that runs is reached, for what is left in it. */
  access(host: Host, signal: AbortSignal): Promise<ClusterAccess | undefined>;
  /** `alongside` is begun as soon as a cluster is seen to run, for other questions to it. */
  observe(
    host: Host,
    signal: AbortSignal,
    alongside?: (access: ClusterAccess) => Promise<unknown>,
  ): Promise<ProviderStatus>;
  observeDaemons(host: Host, signal: AbortSignal): Promise<ObservedDaemons>;
  size(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize>;
  /** The same world, in which `docker` is the daemon that images for the cluster are built on; without it, the usual one. */
  useDocker?(host: Host, signal: AbortSignal): Promise<Host>;

  /** Where its parts came from, which the next init keeps to; undefined where none was made. */
  madeFrom?(host: Host): Promise<Source | undefined>;
  /** Brings to its end what an earlier call left half done, before init looks at anything. */
  finishInterrupted?(host: Host, signal: AbortSignal): Promise<unknown>;
  /** What init has to do about the size of a cluster that is there already. */
  planResize?(host: Host, planned: Preparation, request: PreparationRequest): Promise<InitResize | undefined>;

  /** The size of a resize that names none; undefined where nobody can be asked. */
  chooseSize?(host: Host, signal: AbortSignal): Promise<HostCapacity | undefined>;
  resize?(host: Host, call: ResizeCall): Promise<CommandResult>;
  /** Under a run that is about to begin, which goes on. */
  grow?(host: Host, request: GrowRequest): Promise<unknown>;
  /** Stops or deletes it. */
  down?(host: Host, call: DownCall): Promise<CommandResult>;
}
