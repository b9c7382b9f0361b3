import type { SparkJob } from './job.js';
import type { JobProblem } from './conf-rules.js';
import { jobInvalid, type LocatedProblem } from './read-job.js';

/** What goes in local mode, and Spark refuses or cannot use on Kubernetes. */
function findClusterProblems({ conf, executor }: SparkJob): readonly JobProblem[] {
  const cpus = Number(conf['spark.task.cpus'] ?? 1);
  const managed = "Spark refuses it on Kubernetes, where a service is the driver's address; leave it out";
  const rules: readonly (readonly [key: string, isWrong: boolean, message: string])[] = [
    ['spark.driver.host', true, managed],
    ['spark.driver.bindAddress', true, managed],
    [
      'spark.shuffle.service.enabled',
      conf['spark.shuffle.service.enabled'] === 'true',
      'there is no external shuffle service on Kubernetes; leave it out: dynamic allocation tracks shuffle files instead',
    ],
    [
      'spark.task.cpus',
      cpus > (executor.cores ?? 1),
      `above the executor's cores, ${String(executor.cores ?? 1)}; use --executor-cores ${String(cpus)}`,
    ],
  ];
  return rules
    .filter(([key, isWrong]) => conf[key] !== undefined && isWrong)
    .map(([key, , message]) => ({ path: ['conf', key], message }));
}

/** Throws USAGE or CONFIG_INVALID with all of it. */
export function refuseOnCluster(job: SparkJob, place: (problem: JobProblem) => LocatedProblem): void {
  const problems = findClusterProblems(job);
  if (problems.length > 0) throw jobInvalid(problems.map(place));
}
