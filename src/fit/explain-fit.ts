import { SparkDevError } from '../errors/spark-dev-error.js';
import { showResources } from '../kube/resources.js';
import { showCapacity, type HostCapacity } from '../kube/size.js';
import { sparkPods, type JobShape, type PodShape } from './spark-pods.js';
import type { Misfit } from './verdict.js';

/** `driver 1 CPU and 896 MB, 2 executors of 1 CPU and 2.4 GB each`: what the pods ask for. */
export function describeJob(job: JobShape): string {
  const { driver, executor, executors } = sparkPods(job);
  const each = showResources(executor.requests);
  const many = executors === 1 ? `1 executor ${each}` : `${String(executors)} executors of ${each} each`;
  return `driver ${showResources(driver.requests)}, ${many}`;
}

/** What the shrunk job differs in, as flags of `run`; only a request for CPU is one of Spark's properties. */
export function listChanges(from: JobShape, to: JobShape): readonly string[] {
  const heap = (role: 'driver' | 'executor'): readonly string[] =>
    from[role].heapMb === to[role].heapMb ? [] : [`--${role}-memory ${String(to[role].heapMb)}m`];
  const cpu = (role: 'driver' | 'executor'): readonly string[] =>
    isNamed(from[role]) && from[role].requestMilli !== to[role].requestMilli
      ? [`spark.kubernetes.${role}.request.cores=${String(to[role].requestMilli)}m`]
      : [];
  return [
    ...(from.executors === to.executors ? [] : [`--num-executors ${String(to.executors)}`]),
    ...heap('executor'),
    ...heap('driver'),
    ...cpu('executor'),
    ...cpu('driver'),
  ];
}

/** The command that makes the cluster large enough. */
export function showResize({ cpus, memoryMb }: HostCapacity): string {
  const memory = memoryMb % 1024 === 0 ? `${String(memoryMb / 1024)}g` : `${String(memoryMb)}m`;
  return `spark-dev cluster resize --cpus ${String(cpus)} --memory ${memory}`;
}

/** How it was called, so that the advice can be typed. */
export interface FitCall {
  /** `spark-dev run jobs/etl.py`. */
  readonly words: string;
  /** What does without a cluster; a shell cannot. */
  readonly embedded: string | undefined;
}

/** `otherwise`: what else gives room, where the cluster does not grow under a run. */
export function explainMisfit(misfit: Misfit, call: FitCall, otherwise: readonly string[] = []): SparkDevError {
  const { asked, needs, free, shrunk, grown, most } = misfit;
  const host =
    grown !== undefined || most === undefined
      ? ''
      : ` The cluster cannot grow to that: on this host it can have ${showCapacity(most)} at the most.`;
  return new SparkDevError('RESOURCES_SHORT', 'The job does not fit into the cluster', {
    why: `At one time it asks for ${showResources(needs)} (${describeJob(asked)}), and a pod must find all of its part on one node; free are ${showResources(free)}.${host}`,
    fix: [
      ...(grown === undefined ? [] : [`${showResize(grown)}   # or: ${call.words} … --fit resize`]),
      ...(shrunk === undefined ? [] : [`${call.words} … --fit shrink   # ${listChanges(asked, shrunk).join(', ')}`]),
      ...otherwise,
      'spark-dev cluster status   # what holds the rest; wait for other runs to end',
      ...(call.embedded === undefined ? [] : [call.embedded]),
    ],
    facts: {
      verdict: misfit.kind,
      needs,
      free,
      shrink: shrunk === undefined ? null : listChanges(asked, shrunk),
      grow: grown ?? null,
      host: most ?? null,
    },
  });
}

function isNamed({ requestMilli }: PodShape): boolean {
  return requestMilli !== 'fitted';
}
