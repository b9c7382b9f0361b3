import { SparkDevError } from '../../errors/spark-dev-error.js';
import { type Resources, showResources } from '../../kube/resources.js';
import type { ProfileState } from '../minikube/parse.js';
import { profileName } from '../../kube/names.js';
import { describeSize, refuseShortage, showCapacity, type ClusterSize, type HostCapacity } from '../../kube/size.js';
import { type ContainerLimit, updateLimitArgv } from '../node-container.js';
import type { Step } from '../../steps/apply.js';
import { reloadUnitsArgv, reserveArgv, restartKubeletArgv } from '../minikube/argv.js';

/** The cluster's size in every place that has it. */
export interface ResizeInputs {
  readonly state: ProfileState;
  /** The machine that runs Docker. */
  readonly host: HostCapacity;
  /** minikube's profile; the next start uses it. */
  readonly configured: ClusterSize;
  /** The container's limit; 0 means none, undefined means no container. */
  readonly limit: ContainerLimit | undefined;
  /** What the node offers to pods; undefined if it is not running. */
  readonly node: Resources | undefined;
  /** The lower bound for a resize; undefined if nothing runs. */
  readonly inUse: InUse | undefined;
}

export interface InUse {
  /** Requests of unfinished pods. */
  readonly requests: Resources;
  /** Memory of everything on the node, and of its own processes only. */
  readonly usedMb: number;
  readonly ownMb: number;
}

export type ResizeStep = Step<'limit' | 'profile' | 'kubelet'>;

export interface ResizePlan {
  readonly before: HostCapacity;
  readonly target: ClusterSize;
  /** Empty if every place already has the target size. */
  readonly steps: readonly ResizeStep[];
}

/** Headroom: the memory of the node's own processes varies by about this much. */
const breathingMb = 256;

/** The steps from the current to the requested size; absent figures stay. Throws RESOURCES_SHORT if the size is impossible. */
export function planResize(facts: ResizeInputs, request: Partial<HostCapacity>, configFile: string): ResizePlan {
  refuseState(facts.state);
  const before = sizeNow(facts);
  const target = describeSize(facts.host, { ...before, ...request });
  const steps = listSteps(facts, target, configFile);
  if (steps.length > 0) refuseImpossible(facts, target);
  return { before, target, steps };
}

/** The container's limit counts before the profile: it is what processes inside run into. */
export function sizeNow({ limit, configured }: Pick<ResizeInputs, 'limit' | 'configured'>): HostCapacity {
  return {
    cpus: limit === undefined || limit.cpuMilli === 0 ? configured.cpus : Math.ceil(limit.cpuMilli / 1000),
    memoryMb: limit === undefined || limit.memoryMb === 0 ? configured.memoryMb : limit.memoryMb,
  };
}

/** The smallest memory for the current load: requests plus the node's own processes, or the real use if that is more. */
export function leastMemoryMb({ requests, usedMb, ownMb }: InUse): number {
  return Math.max(requests.memoryMb + ownMb, usedMb) + breathingMb;
}

function listSteps({ state, limit, configured, node }: ResizeInputs, target: ClusterSize, file: string): ResizeStep[] {
  const steps: ResizeStep[] = [];
  if (limit?.cpuMilli !== target.cpus * 1000 || limit.memoryMb !== target.memoryMb) {
    steps.push({
      id: 'limit',
      title: `Limit the node container to ${showCapacity(target)}`,
      why: limit === undefined ? 'its limit is unknown' : `its limit is ${showLimit(limit)}`,
      commands: [updateLimitArgv(target, limit?.withSwap)],
    });
  }
  const says = ({ cpus, memoryMb, reserved }: ClusterSize): string =>
    `CPUs ${String(cpus)}, Memory ${String(memoryMb)}, system-reserved ${reserved === '' ? 'none' : reserved}`;
  if (says(configured) !== says(target)) {
    steps.push({
      id: 'profile',
      title: `Write ${says(target)} into ${file}`,
      why: `it has ${says(configured)}, and the next start uses it`,
      commands: [],
    });
  }
  // for a stopped node, minikube writes kubelet's flags from its profile at the start
  if (state === 'running' && (node === undefined || !offers(node, target))) {
    steps.push({
      id: 'kubelet',
      title: `Make the node offer ${showCapacity(target)}`,
      why: node === undefined ? 'its offer is unknown' : `it offers ${showLimit(node)} to pods`,
      commands: [reserveArgv(target.reserved), reloadUnitsArgv, restartKubeletArgv],
    });
  }
  return steps;
}

/** Docker and kubelet round the machine's memory differently. */
export function offers(node: Resources, { cpus, memoryMb }: HostCapacity): boolean {
  return node.cpuMilli === cpus * 1000 && Math.abs(node.memoryMb - memoryMb) <= 1;
}

/** 0 means no limit. */
export function showLimit(limit: Resources): string {
  return limit.cpuMilli === 0 && limit.memoryMb === 0 ? 'the whole machine' : showResources(limit);
}

const stateRefusals: Readonly<Record<Exclude<ProfileState, 'running' | 'stopped'>, readonly [string, string]>> = {
  absent: ['There is no cluster yet', 'Set the size of a new one with init --cpus and --memory.'],
  paused: ['The cluster is paused', 'While it is paused, spark-dev cannot see what is in use.'],
  broken: ['Kubernetes in the cluster does not answer', 'spark-dev cannot see what is in use.'],
  foreign: ['Another SPARK_DEV_HOME made the cluster in Docker', 'Only that one can change it.'],
  damaged: ['The minikube profile of the cluster is damaged', 'init repairs it.'],
  orphaned: ["The cluster's container is missing", 'init creates a new one with the existing volume.'],
};

/** Only a running or stopped cluster has every figure. */
export function refuseState(state: ProfileState): void {
  if (state === 'running' || state === 'stopped') return;
  const [what, why] = stateRefusals[state];
  throw new SparkDevError(state === 'absent' ? 'CLUSTER_ABSENT' : 'CLUSTER_UNREACHABLE', what, {
    why,
    fix: ['spark-dev init --yes', ...(state === 'absent' ? [] : ['Then: spark-dev cluster resize'])],
    facts: { state },
  });
}

function refuseImpossible({ host, limit, node, inUse }: ResizeInputs, target: ClusterSize): void {
  refuseShortage(host, target, [`spark-dev cluster resize --memory 6g   # up to ${showCapacity(host)}`]);
  if (inUse === undefined) return;
  const { requests } = inUse;
  const had = [limit, node].map((room) => ({
    cpuMilli: room?.cpuMilli === undefined || room.cpuMilli === 0 ? host.cpus * 1000 : room.cpuMilli,
    memoryMb: room?.memoryMb === undefined || room.memoryMb === 0 ? host.memoryMb : room.memoryMb,
  }));
  const leastMb = leastMemoryMb(inUse);
  if (had.some(({ memoryMb }) => target.memoryMb < memoryMb) && target.memoryMb < leastMb) {
    throw tooMuchInUse(target, inUse, `--memory ${String(leastMb)}m`);
  }
  if (had.some(({ cpuMilli }) => target.cpus * 1000 < cpuMilli) && target.cpus * 1000 < requests.cpuMilli) {
    throw tooMuchInUse(target, inUse, `--cpus ${String(Math.ceil(requests.cpuMilli / 1000))}`);
  }
}

function tooMuchInUse(target: ClusterSize, { requests, usedMb, ownMb }: InUse, least: string): SparkDevError {
  return new SparkDevError('RESOURCES_SHORT', `${showCapacity(target)} is less than what is in use`, {
    why: `Pods request ${String(requests.cpuMilli)}m CPU and ${String(requests.memoryMb)} MiB, the node's own processes use ${String(ownMb)} MiB; together they now use ${String(usedMb)} MiB.`,
    fix: [
      `spark-dev cluster resize ${least}`,
      `kubectl --context ${profileName} get pods --all-namespaces   # delete what is not needed`,
    ],
    facts: { target: { cpus: target.cpus, memoryMb: target.memoryMb }, requests, usedMb, ownMb },
  });
}
