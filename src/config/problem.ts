import { limitList } from '../errors/limit-list.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

export interface Problem {
  /** Dotted, `apps.pi.lang`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** `apps.pi.lang` → line and column of the nearest location in the text. */
export type Locate = (path: readonly string[]) => { readonly line: number; readonly column: number };

/** All problems at once, each with a location that editors can open. */
export function configInvalid(file: string, problems: readonly Problem[]): SparkDevError {
  const count = problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`;
  const lines = problems.map(
    ({ path, message, line, column }) =>
      `${file}:${String(line)}:${String(column)} ${path === '' ? '' : `${path}: `}${message}`,
  );
  return new SparkDevError('CONFIG_INVALID', `${file} has ${count}`, {
    why: limitList(lines).join('\n'),
    fix: [`Edit ${file}`, 'spark-dev help CONFIG_INVALID'],
    facts: { file, problems },
  });
}
