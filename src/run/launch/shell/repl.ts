import { SparkDevError } from '../../../errors/spark-dev-error.js';

export const replNames = ['spark', 'pyspark', 'sql'] as const;
export type ReplName = (typeof replNames)[number];

const otherNames: Readonly<Record<string, ReplName>> = {
  scala: 'spark',
  'spark-shell': 'spark',
  python: 'pyspark',
  'spark-sql': 'sql',
};

/** The typed language; throws USAGE for one without a shell. */
export function readRepl(word = 'spark'): ReplName {
  const repl = replNames.find((name) => name === word) ?? otherNames[word];
  if (repl !== undefined) return repl;
  throw new SparkDevError('USAGE', `There is no shell for ${JSON.stringify(word.slice(0, 80))}`, {
    why: `Shells: ${replNames.join(', ')}.`,
    fix: replNames.map((name) => `spark-dev shell ${name}`),
  });
}
