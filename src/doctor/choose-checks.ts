import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Check } from './check.js';

/** `--only engine,java`; all checks without it. */
export function chooseChecks(checks: readonly Check[], only: string | undefined): readonly Check[] {
  if (only === undefined) return checks;
  const wanted = only
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const known = checks.map((check) => check.id);
  const unknown = wanted.filter((id) => !known.includes(id));
  if (unknown.length > 0 || wanted.length === 0) throw unknownChecks(unknown, known);
  return checks.filter((check) => wanted.includes(check.id));
}

function unknownChecks(unknown: readonly string[], known: readonly string[]): SparkDevError {
  const nearest = suggestNearest(unknown[0] ?? '', known);
  return new SparkDevError(
    'USAGE',
    `Unknown check: ${unknown.map((id) => JSON.stringify(id.slice(0, 60))).join(', ')}`,
    {
      why: `Available: ${known.join(', ')}`,
      fix: [nearest === undefined ? 'spark-dev doctor --list' : `Did you mean: spark-dev doctor --only ${nearest}`],
    },
  );
}
