import type { CommandResult } from '../command.js';
import type { LockRequest } from '../journal/lock.js';
import type { InsideObjects, NodeFigures } from '../kube/kubectl.js';
import type { HostCapacity } from '../kube/size.js';
import type { Host } from '../ports/host.js';
import type { Choice } from '../ports/ui.js';
import type { DaemonState } from '../toolchain/engine/observe.js';
import type { Capabilities, ClusterAccess } from './capabilities.js';
import type { Row, SizeVerdict } from './explain-size.js';
import type { ProfileState } from './minikube/parse.js';
import type { ObservedSize } from './observed-size.js';
import type { PreparedAnswer, PreparedCluster, PreparedRequest } from './prepared.js';
import type { InitResize, Preparation, PreparationRequest, Preparer } from './prepare/plan.js';
import type { Source } from '../toolchain/source-tools.js';
import type { Daemon } from '../images/observed-image.js';

/** What `status` shows of a cluster; `seen` goes into its JSON unchanged. */
export interface ProviderStatus {
  readonly seen: InsideStatus;
  readonly sized: SizeVerdict;
  readonly rows: readonly Row[];
  /** The command that makes it ready, if it is not. */
  readonly next: string;
  /** Undefined if the cluster cannot be asked, or cannot hold our objects. */
  readonly access: ClusterAccess | undefined;
}

export interface InsideStatus {
  readonly engine: { readonly state: DaemonState['kind']; readonly version?: string };
  readonly missingTools: readonly string[];
  /** Undefined if no cluster answers. */
  readonly inside: { readonly nodes: readonly NodeFigures[]; readonly objects: InsideObjects } | undefined;
}

/** The daemons that may have images; undefined if one does not answer. */
export interface ObservedDaemons {
  readonly host: Daemon | undefined;
  readonly cluster: Daemon | undefined;
  readonly isOneDaemon: boolean;
  readonly profile: ProfileState;
}

export interface SizeRequest {
  /** Absent figures stay unchanged. */
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
 * A source of clusters: one folder in here and one line in providers.ts. It omits what it cannot do, with the reason in
 * `cannot`; its code is loaded on demand.
 */
export interface Provider extends Capabilities, Preparer {
  /** The kubectl context of its cluster. */
  readonly context: string;
  /** For the question of init. */
  readonly choice: Pick<Choice<string>, 'label' | 'hint'>;
  /** Whether init offers it on this machine; absent: always. */
  isOffered?(host: Host, signal: AbortSignal): Promise<boolean>;

  /** Whether there is a cluster, even a stopped one; absent: known only if it answers. */
  isMade?(host: Host): Promise<boolean>;
  /** The prepared cluster, if it answers. */
  find(host: Host, request: PreparedRequest): Promise<PreparedAnswer>;
  /** Access to a running cluster, to find leftovers in it. */
  access(host: Host, signal: AbortSignal): Promise<ClusterAccess | undefined>;
  /** `alongside` starts as soon as the cluster is known to run, for other questions to it. */
  observe(
    host: Host,
    signal: AbortSignal,
    alongside?: (access: ClusterAccess) => Promise<unknown>,
  ): Promise<ProviderStatus>;
  observeDaemons(host: Host, signal: AbortSignal): Promise<ObservedDaemons>;
  size(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize>;
  /** The same host, with `docker` set to the daemon that builds images for the cluster; absent: the default daemon. */
  useDocker?(host: Host, signal: AbortSignal): Promise<Host>;

  /** The source of its parts, which the next init keeps; undefined if there is no cluster. */
  madeFrom?(host: Host): Promise<Source | undefined>;
  /** Finishes what an earlier call left unfinished, before init looks at anything. */
  finishInterrupted?(host: Host, signal: AbortSignal): Promise<unknown>;
  /** The resize of an existing cluster in init. */
  planResize?(host: Host, planned: Preparation, request: PreparationRequest): Promise<InitResize | undefined>;

  /** Asks for the size if the call names none; undefined without a terminal. */
  chooseSize?(host: Host, signal: AbortSignal): Promise<HostCapacity | undefined>;
  resize?(host: Host, call: ResizeCall): Promise<CommandResult>;
  /** Grows the cluster for a run that is about to start. */
  grow?(host: Host, request: GrowRequest): Promise<unknown>;
  /** Stops or deletes the cluster. */
  down?(host: Host, call: DownCall): Promise<CommandResult>;
}
