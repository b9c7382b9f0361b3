import type { V1Container, V1Node, V1Pod } from '@kubernetes/client-node';
import { parseCpuMilli, parseMemoryBytes, toMemoryMb } from './quantity.js';
import { addResources, smallestResources, type Resources } from './resources.js';

/** One node that accepts pods. */
export interface NodeResources {
  readonly name: string;
  /** The whole machine, as the node reports it. */
  readonly capacity: Resources;
  /** What the scheduler may assign, or the container's real limit if that is lower. */
  readonly allocatable: Resources;
  /** Allocatable minus the requests of its pods that have not ended. */
  readonly free: Resources;
}

interface Request {
  readonly cpuMilli: number;
  readonly bytes: number;
}

const nothing: Request = { cpuMilli: 0, bytes: 0 };

/**
 * The free resources of each node that accepts pods; a pod must fit on one of them. `limit` is the real limit of a node's
 * container: with the docker driver a node believes that it has the whole machine.
 */
export function readNodeResources(
  nodes: readonly V1Node[],
  pods: readonly V1Pod[],
  limit?: Resources,
): readonly NodeResources[] {
  return nodes.filter(takesPods).map((node) => {
    const name = node.metadata?.name ?? '';
    const allocatable = node.status?.allocatable;
    const bytes = parseMemoryBytes(allocatable?.['memory']);
    const whole: Resources = { cpuMilli: parseCpuMilli(allocatable?.['cpu']), memoryMb: toMemoryMb(bytes) };
    const isBound = limit !== undefined && limit.memoryMb < whole.memoryMb;
    const bounded = limit === undefined ? whole : smallestResources(whole, limit);
    const requested = sumRequests(
      pods.filter((pod) => !hasEnded(pod) && pod.spec?.nodeName === name).map((pod) => requestOf(pod)),
    );
    return {
      name,
      capacity: roomOf(node.status?.capacity),
      allocatable: bounded,
      free: {
        cpuMilli: Math.max(0, bounded.cpuMilli - requested.cpuMilli),
        memoryMb: Math.max(0, toMemoryMb((isBound ? limit.memoryMb * 1024 * 1024 : bytes) - requested.bytes)),
      },
    };
  });
}

/** The requests of a pod. */
export function readPodRequest(pod: V1Pod): Resources {
  const { cpuMilli, bytes } = requestOf(pod);
  return { cpuMilli, memoryMb: Math.ceil(bytes / 1024 / 1024) };
}

/** Of all nodes together; a single pod can only use one node's share. */
export function sumFree(rooms: readonly NodeResources[]): Resources {
  return addResources(...rooms.map(({ free }) => free));
}

/** Cordoned nodes, and those that Kubernetes taints because of trouble, accept no job pods. */
function takesPods({ spec }: V1Node): boolean {
  return spec?.unschedulable !== true && (spec?.taints ?? []).every(({ effect }) => effect === 'PreferNoSchedule');
}

/** Its containers use nothing any more. */
export function hasEnded({ status }: { readonly status?: { readonly phase?: unknown } | undefined }): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/**
 * Containers run together, also with init containers that stay (sidecars); the other init containers run one by one before them:
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function requestOf({ spec }: V1Pod): Request {
  let beside = nothing;
  let peak = nothing;
  for (const init of spec?.initContainers ?? []) {
    const whileItRuns = sumRequests([beside, containerRequest(init)]);
    if (init.restartPolicy === 'Always') beside = whileItRuns;
    peak = largestRequest(peak, whileItRuns);
  }
  const steady = sumRequests([beside, ...(spec?.containers ?? []).map(containerRequest)]);
  return sumRequests([largestRequest(peak, steady), quantities(spec?.overhead)]);
}

function containerRequest({ resources }: V1Container): Request {
  return quantities(resources?.requests);
}

function quantities(of: Readonly<Record<string, string>> | undefined): Request {
  return { cpuMilli: parseCpuMilli(of?.['cpu']), bytes: parseMemoryBytes(of?.['memory']) };
}

function roomOf(of: Readonly<Record<string, string>> | undefined): Resources {
  const { cpuMilli, bytes } = quantities(of);
  return { cpuMilli, memoryMb: toMemoryMb(bytes) };
}

function sumRequests(requests: readonly Request[]): Request {
  return requests.reduce(
    (sum, { cpuMilli, bytes }) => ({ cpuMilli: sum.cpuMilli + cpuMilli, bytes: sum.bytes + bytes }),
    nothing,
  );
}

function largestRequest(one: Request, other: Request): Request {
  return { cpuMilli: Math.max(one.cpuMilli, other.cpuMilli), bytes: Math.max(one.bytes, other.bytes) };
}
