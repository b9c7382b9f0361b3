import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { parseCpuMilli, parseMemoryMb } from './quantity.js';

export interface Room {
  readonly cpuMilli: number;
  readonly memoryMb: number;
}

export interface JobWish {
  /** Java heap, MB. */
  readonly driverHeapMb: number;
  readonly executorHeapMb: number;
  readonly executors: number;
}

export interface JobRequests {
  readonly driverCpuMilli: number;
  readonly executorCpuMilli: number;
  readonly free: Room;
}

const submitPod: Room = { cpuMilli: 100, memoryMb: 512 };
const wishedCpuMilli = 1000;
const leastCpuMilli = 100;

/** Heap + max(10 %, 384 MiB): Spark's own rule for a JVM's pod (`spark.kubernetes.memoryOverheadFactor`). */
export function podMemoryMb(heapMb: number): number {
  return heapMb + Math.max(Math.floor(heapMb * 0.1), 384);
}

/** What the scheduler still has to give: allocatable less the requests of every pod that has not ended. */
export function freeRoom(nodes: readonly V1Node[], pods: readonly V1Pod[]): Room {
  const living = pods.filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
  const requests = living
    .flatMap((pod) => pod.spec?.containers ?? [])
    .map((container) => container.resources?.requests ?? {});
  const allocatable = nodes.map((node) => node.status?.allocatable ?? {});
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    cpuMilli:
      sum(allocatable.map((of) => parseCpuMilli(of['cpu']))) - sum(requests.map((of) => parseCpuMilli(of['cpu']))),
    memoryMb:
      sum(allocatable.map((of) => parseMemoryMb(of['memory']))) -
      sum(requests.map((of) => parseMemoryMb(of['memory']))),
  };
}

/**
 * Gives each pod a whole CPU where there is room, else an equal share of half the room: a second run at the same moment then
 * fits as well, and requests do not slow a job down on an idle node. Throws RESOURCES_SHORT with the numbers.
 */
export function fitRequests(wish: JobWish, free: Room): JobRequests {
  const neededMb =
    submitPod.memoryMb + podMemoryMb(wish.driverHeapMb) + wish.executors * podMemoryMb(wish.executorHeapMb);
  const pods = 1 + wish.executors;
  const fairMilli = Math.floor((free.cpuMilli / 2 - submitPod.cpuMilli) / pods);
  const mostMilli = Math.floor((free.cpuMilli - submitPod.cpuMilli) / pods);
  const cpuMilli = Math.min(wishedCpuMilli, mostMilli, Math.max(leastCpuMilli, fairMilli));
  if (neededMb > free.memoryMb || cpuMilli < leastCpuMilli) {
    const neededMilli = submitPod.cpuMilli + pods * leastCpuMilli;
    throw new SparkDevError('RESOURCES_SHORT', 'The job does not fit into the cluster', {
      why: `It needs at least ${String(neededMilli)}m CPU and ${String(neededMb)} MiB; free are ${String(free.cpuMilli)}m and ${String(free.memoryMb)} MiB.`,
      fix: ['spark-dev status', 'Wait for other runs to end', 'spark-dev run --target local …'],
      facts: { needed: { cpuMilli: neededMilli, memoryMb: neededMb }, free },
    });
  }
  return { driverCpuMilli: cpuMilli, executorCpuMilli: cpuMilli, free };
}
