import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Trouble } from '../spark/outcome.js';

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

export function troubleError(trouble: Trouble, log?: string): SparkDevError {
  return new SparkDevError(codes[trouble.kind], trouble.what, {
    why: trouble.why,
    fix: fixes[trouble.kind],
    facts: { pod: trouble.pod },
    ...(log === undefined ? {} : { log }),
  });
}
