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
  const [first, ...others] = problems;
  const code = problems.every(({ problem }) => problem !== undefined) ? 'CONFIG_INVALID' : 'USAGE';
  const line = ({ place, message }: LocatedProblem): string => (place === '' ? message : `${place}: ${message}`);
  const hasFile = problems.some(({ problem }) => problem !== undefined);
  return new SparkDevError(
    code,
    first !== undefined && others.length === 0
      ? `Invalid value for ${first.place}`
      : `The job has ${String(problems.length)} problems`,
    {
      why: first !== undefined && others.length === 0 ? first.message : limitList(problems.map(line)).join('\n'),
      fix: [...(hasFile ? ['spark-dev help spark-dev.yaml'] : []), 'spark-dev run --help'],
      facts: { problems: problems.map(({ place, message, problem }) => ({ place, message, ...problem })) },
    },
  );
}
