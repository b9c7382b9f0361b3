import { sumFree } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import type { HostCapacity } from '../kube/size.js';
import { fitCpu } from './fit-cpu.js';
import { growCluster, mostOf, type FitCapacity } from './grow.js';
import { canPlace, peakRequest } from './placement.js';
import { shrinkJob } from './shrink.js';
import { sparkPods, type JobShape } from './spark-pods.js';

export interface Misfit {
  /** The best that can be done: the cluster grown, else the job shrunk, else nothing. */
  readonly kind: 'grow' | 'shrink' | 'impossible';
  readonly asked: JobShape;
  /** The most that it asks for at one moment, and what there is. */
  readonly needs: Resources;
  readonly free: Resources;
  /** A smaller job that fits; undefined where even the smallest does not. */
  readonly shrunk: JobShape | undefined;
  /** A larger cluster into which it fits; undefined where this host cannot give it. */
  readonly grown: HostCapacity | undefined;
  /** What a cluster can have at most here. */
  readonly most: HostCapacity | undefined;
}

/** A job that fits comes back with every request decided. */
export type Verdict = { readonly kind: 'fits'; readonly job: JobShape } | Misfit;

/** Whether the cluster has room for the job now, and what would help where it has not. */
export function classifyFit(job: JobShape, ground: FitCapacity): Verdict {
  const { rooms } = ground;
  const pods = sparkPods(job);
  if (canPlace(pods, rooms)) return { kind: 'fits', job: fitCpu(job, rooms) };
  const needs = peakRequest(pods);
  const smaller = shrinkJob(job, rooms);
  const shrunk = smaller === undefined ? undefined : fitCpu(smaller, rooms);
  const grown = growCluster(needs, ground);
  return {
    kind: grown !== undefined ? 'grow' : shrunk !== undefined ? 'shrink' : 'impossible',
    asked: job,
    needs,
    free: sumFree(rooms),
    shrunk,
    grown,
    most: mostOf(ground),
  };
}
