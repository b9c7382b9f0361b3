import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Step } from '../../steps/step.js';
import { type Resources, showResources } from '../../kube/resources.js';
import { reloadUnitsArgv, reserveArgv, restartKubeletArgv } from '../minikube/kubelet-flags.js';
import type { ProfileState } from '../minikube/parse.js';
import { profileName } from '../../kube/names.js';
import { describeSize, refuseShortage, showCapacity, type ClusterSize, type HostCapacity } from '../../kube/size.js';
import { updateLimitArgv } from '../container-limit.js';
import type { ContainerLimit } from '../node-container.js';

/** What is known of the cluster's size, place by place. */
export interface ResizeInputs {
  readonly state: ProfileState;
  /** Docker's machine. */
  readonly host: HostCapacity;
  /** minikube's profile, by which the next start goes. */
  readonly configured: ClusterSize;
  /** What the container may take; 0 is without limit, undefined without container. */
  readonly limit: ContainerLimit | undefined;
  /** What the node offers pods; undefined where it is not up. */
  readonly node: Resources | undefined;
  /** Below this it cannot shrink; undefined where nothing runs. */
  readonly inUse: InUse | undefined;
}

export interface InUse {
  /** Requests of the pods that have not ended. */
  readonly requests: Resources;
  /** Memory of everything on the node, and of its own processes alone. */
  readonly usedMb: number;
  readonly ownMb: number;
}

export type ResizeStep = Step<'limit' | 'profile' | 'kubelet'>;

export interface ResizePlan {
  readonly before: HostCapacity;
  readonly target: ClusterSize;
  /** Empty where everything says the target already. */
  readonly steps: readonly ResizeStep[];
}

/** The node's own processes grow and shrink by about as much. */
const breathingMb = 256;

/** The difference between the size that is and the one that is wished; what is not wished stays. Throws where it cannot be. */
export function planResize(facts: ResizeInputs, request: Partial<HostCapacity>, configFile: string): ResizePlan {
  refuseState(facts.state);
  const before = sizeNow(facts);
  const target = describeSize(facts.host, { ...before, ...request });
  const steps = [...planLimit(facts, target), ...planProfile(facts, target, configFile), ...planKubelet(facts, target)];
  if (steps.length > 0) refuseImpossible(facts, target);
  return { before, target, steps };
}

/** The limit counts: it is what everything inside runs into. */
export function sizeNow({ limit, configured }: Pick<ResizeInputs, 'limit' | 'configured'>): HostCapacity {
  return {
    cpus: limit === undefined || limit.cpuMilli === 0 ? configured.cpus : Math.ceil(limit.cpuMilli / 1000),
    memoryMb: limit === undefined || limit.memoryMb === 0 ? configured.memoryMb : limit.memoryMb,
  };
}

/** The smallest memory that holds what is there: its requests with the node's own processes beside them, or what all take in truth. */
export function leastMemoryMb({ requests, usedMb, ownMb }: InUse): number {
  return Math.max(requests.memoryMb + ownMb, usedMb) + breathingMb;
}

function planLimit({ limit }: ResizeInputs, target: ClusterSize): readonly ResizeStep[] {
  if (limit !== undefined && limit.cpuMilli === target.cpus * 1000 && limit.memoryMb === target.memoryMb) return [];
  return [
    {
      id: 'limit',
      title: `Hold the node to ${showCapacity(target)}`,
      why: limit === undefined ? 'its limit is not known' : `its container may take ${showLimit(limit)}`,
      commands: [updateLimitArgv(profileName, target, limit?.withSwap)],
    },
  ];
}

function planProfile({ configured }: ResizeInputs, target: ClusterSize, file: string): readonly ResizeStep[] {
  const says = ({ cpus, memoryMb, reserved }: ClusterSize): string =>
    `CPUs ${String(cpus)}, Memory ${String(memoryMb)}, system-reserved ${reserved === '' ? 'none' : reserved}`;
  if (says(configured) === says(target)) return [];
  return [
    {
      id: 'profile',
      title: `Write ${says(target)} into ${file}`,
      why: `it says ${says(configured)}, and the next start goes by it`,
      commands: [],
    },
  ];
}

/** Where the node is not up, minikube writes kubelet's flags from its profile when it starts. */
function planKubelet({ state, node }: ResizeInputs, target: ClusterSize): readonly ResizeStep[] {
  if (state !== 'running' || (node !== undefined && offers(node, target))) return [];
  return [
    {
      id: 'kubelet',
      title: `Let the node offer ${showCapacity(target)}`,
      why: node === undefined ? 'what it offers is not known' : `it offers pods ${showLimit(node)}`,
      commands: [
        reserveArgv({ profile: profileName }, target.reserved),
        reloadUnitsArgv({ profile: profileName }),
        restartKubeletArgv({ profile: profileName }),
      ],
    },
  ];
}

/** Docker and kubelet round the machine's memory each in their own way. */
export function offers(node: Resources, { cpus, memoryMb }: HostCapacity): boolean {
  return node.cpuMilli === cpus * 1000 && Math.abs(node.memoryMb - memoryMb) <= 1;
}

/** 0 stands for no limit. */
export function showLimit(limit: Resources): string {
  return limit.cpuMilli === 0 && limit.memoryMb === 0 ? 'all that the machine has' : showResources(limit);
}

const stateRefusals: Readonly<Record<Exclude<ProfileState, 'running' | 'stopped'>, readonly [string, string]>> = {
  absent: ['There is no cluster yet', 'A new one takes its size from --cpus and --memory of init.'],
  paused: ['The cluster is paused', 'What is in use inside cannot be seen while it sleeps.'],
  broken: ['Kubernetes in the cluster does not answer', 'What is in use inside cannot be seen.'],
  foreign: ['Another SPARK_DEV_HOME made the cluster in Docker', 'Only that one may change it.'],
  damaged: ["minikube's own record of the cluster is damaged", 'init mends it.'],
  orphaned: ["The cluster's container is gone", 'init makes it anew over the volume that is still there.'],
};

/** Only what runs or is stopped has every figure to look at. */
export function refuseState(state: ProfileState): void {
  if (state === 'running' || state === 'stopped') return;
  const [what, why] = stateRefusals[state];
  throw new SparkDevError(state === 'absent' ? 'CLUSTER_ABSENT' : 'CLUSTER_UNREACHABLE', what, {
    why,
    fix: ['spark-dev init --yes', ...(state === 'absent' ? [] : ['and then: spark-dev cluster resize'])],
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
  return new SparkDevError('RESOURCES_SHORT', `${showCapacity(target)} are less than what is in use`, {
    why: `Pods ask for ${String(requests.cpuMilli)}m CPU and ${String(requests.memoryMb)} MiB, the node's own processes take ${String(ownMb)} MiB; all together take ${String(usedMb)} MiB at this moment.`,
    fix: [
      `spark-dev cluster resize ${least}`,
      `kubectl --context ${profileName} get pods --all-namespaces   # end what is not needed`,
    ],
    facts: { target: { cpus: target.cpus, memoryMb: target.memoryMb }, requests, usedMb, ownMb },
  });
}
