import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Trouble } from '../../spark/outcome.js';
import type { SchedulingShortage } from './scheduling-shortage.js';

const codes = {
  image: 'IMAGE_MISSING',
  unschedulable: 'RESOURCES_SHORT',
  config: 'JOB_FAILED',
  submit: 'JOB_FAILED',
} as const;

const fixes = {
  image: ['spark-dev init --yes', 'spark-dev status'],
  unschedulable: ['spark-dev status', 'Wait for other runs to end'],
  config: ['spark-dev init --yes'],
  submit: ['spark-dev status'],
} as const;

/** A crowd that was looked at knows more than the scheduler says. */
export function troubleError(
  trouble: Trouble,
  known: { readonly log?: string; readonly shortage?: SchedulingShortage | undefined } = {},
): SparkDevError {
  const { log, shortage } = known;
  return new SparkDevError(codes[trouble.kind], trouble.what, {
    why: shortage?.why ?? trouble.why,
    fix: shortage?.fix ?? fixes[trouble.kind],
    facts: { pod: trouble.pod, ...(trouble.kind === 'unschedulable' ? { asks: trouble.asks } : {}) },
    ...(log === undefined ? {} : { log }),
  });
}
