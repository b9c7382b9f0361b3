import { SparkDevError } from '../errors/spark-dev-error.js';
import { showResources } from '../kube/resources.js';
import { showCapacity, type HostCapacity } from '../kube/size.js';
import { sparkPods, type JobShape } from './spark-pods.js';
import type { Misfit } from './verdict.js';

/** `driver 1 CPU and 896 MB, 2 executors of 1 CPU and 2.4 GB each`: the requests of the pods. */
export function describeJob(job: JobShape): string {
  const { driver, executor, executors } = sparkPods(job);
  const each = showResources(executor.requests);
  const many = executors === 1 ? `1 executor ${each}` : `${String(executors)} executors of ${each} each`;
  return `driver ${showResources(driver.requests)}, ${many}`;
}

/** The differences of the shrunk job, as flags of `run`; only a CPU request is one of Spark's properties. */
export function listChanges(from: JobShape, to: JobShape): readonly string[] {
  const heap = (role: 'driver' | 'executor'): readonly string[] =>
    from[role].heapMb === to[role].heapMb ? [] : [`--${role}-memory ${String(to[role].heapMb)}m`];
  const cpu = (role: 'driver' | 'executor'): readonly string[] =>
    from[role].requestMilli !== 'fitted' && from[role].requestMilli !== to[role].requestMilli
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

export function showResize({ cpus, memoryMb }: HostCapacity): string {
  const memory = memoryMb % 1024 === 0 ? `${String(memoryMb / 1024)}g` : `${String(memoryMb)}m`;
  return `spark-dev cluster resize --cpus ${String(cpus)} --memory ${memory}`;
}

/** How the user called it, for advice that can be pasted. */
export interface FitCall {
  /** `spark-dev run jobs/etl.py`. */
  readonly words: string;
  /** The alternative without a cluster; a shell has none. */
  readonly embedded: string | undefined;
}

/** `otherwise`: other ways to free resources, if the cluster does not grow for a run. */
export function explainMisfit(misfit: Misfit, call: FitCall, otherwise: readonly string[] = []): SparkDevError {
  const { asked, needs, free, shrunk, grown, most } = misfit;
  const host =
    grown !== undefined || most === undefined
      ? ''
      : ` The cluster cannot grow that far: the most it can have on this host is ${showCapacity(most)}.`;
  return new SparkDevError('RESOURCES_SHORT', 'The job does not fit into the cluster', {
    why: `It needs ${showResources(needs)} at one time (${describeJob(asked)}), and each pod must fit on one node; free are ${showResources(free)}.${host}`,
    fix: [
      ...(grown === undefined ? [] : [`${showResize(grown)}   # or: ${call.words} … --fit resize`]),
      ...(shrunk === undefined ? [] : [`${call.words} … --fit shrink   # ${listChanges(asked, shrunk).join(', ')}`]),
      ...otherwise,
      'spark-dev cluster status   # shows what uses the rest; other runs free it when they end',
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
