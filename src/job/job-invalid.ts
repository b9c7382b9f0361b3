import type { Problem } from '../config/problem.js';
import { limitList } from '../errors/limit-list.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

export interface LocatedProblem {
  /** `--conf spark.x`, or `FILE:3:5 apps.etl.conf.spark.x`. */
  readonly place: string;
  readonly message: string;
  /** The flag or variable it came from. */
  readonly flag?: string;
  /** The file it came from. */
  readonly problem?: Problem;
}

/** Everything that is wrong with a job, each problem with its origin. */
export function jobInvalid(problems: readonly LocatedProblem[]): SparkDevError {
  const only = problems.length === 1 ? problems[0] : undefined;
  const fromFile = problems.filter(({ problem }) => problem !== undefined).length;
  const line = ({ place, message }: LocatedProblem): string => (place === '' ? message : `${place}: ${message}`);
  const what = only ? `Invalid value for ${only.place}` : `The job has ${String(problems.length)} problems`;
  return new SparkDevError(fromFile === problems.length ? 'CONFIG_INVALID' : 'USAGE', what, {
    why: only?.message ?? limitList(problems.map(line)).join('\n'),
    fix: [...(fromFile > 0 ? ['spark-dev help spark-dev.yaml'] : []), 'spark-dev run --help'],
    facts: { problems: problems.map(({ place, message, problem }) => ({ place, message, ...problem })) },
  });
}
