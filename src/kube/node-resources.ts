import type { V1Container, V1Node, V1Pod } from '@kubernetes/client-node';
import {
  addResources,
  largestResources,
  noResources,
  smallestResources,
  subtractResources,
  type Resources,
  parseCpuMilli,
  parseExactMb,
} from './resources.js';

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

/**
 * The free resources of each node that accepts pods; a pod must fit on one of them. `limit` is the real limit of a node's
 * container: with the docker driver a node believes that it has the whole machine.
 */
export function readNodeResources(
  nodes: readonly V1Node[],
  pods: readonly V1Pod[],
  limit?: Resources,
): readonly NodeResources[] {
  return nodes.filter(takesPods).map(({ metadata, status }) => {
    const name = metadata?.name ?? '';
    const whole = parseResources(status?.allocatable);
    const bounded = limit === undefined ? whole : smallestResources(whole, limit);
    const held = pods.filter((pod) => !hasEnded(pod) && pod.spec?.nodeName === name);
    const free = subtractResources(bounded, addResources(...held.map(requestOf)));
    return {
      name,
      capacity: roundDown(parseResources(status?.capacity)),
      allocatable: roundDown(bounded),
      free: roundDown(largestResources(noResources, free)),
    };
  });
}

/** The requests of a pod. */
export function readPodRequest(pod: V1Pod): Resources {
  const { cpuMilli, memoryMb } = requestOf(pod);
  return { cpuMilli, memoryMb: Math.ceil(memoryMb) };
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
function requestOf({ spec }: V1Pod): Resources {
  const parseRequest = ({ resources }: V1Container): Resources => parseResources(resources?.requests);
  let beside = noResources;
  let peak = noResources;
  for (const init of spec?.initContainers ?? []) {
    const whileItRuns = addResources(beside, parseRequest(init));
    if (init.restartPolicy === 'Always') beside = whileItRuns;
    peak = largestResources(peak, whileItRuns);
  }
  const steady = addResources(beside, ...(spec?.containers ?? []).map(parseRequest));
  return addResources(largestResources(peak, steady), parseResources(spec?.overhead));
}

/** Memory with fractions: it is rounded once, at the end. */
function parseResources(of: Readonly<Record<string, string>> | undefined): Resources {
  return { cpuMilli: parseCpuMilli(of?.['cpu']), memoryMb: parseExactMb(of?.['memory']) };
}

function roundDown({ cpuMilli, memoryMb }: Resources): Resources {
  return { cpuMilli, memoryMb: Math.floor(memoryMb) };
}
