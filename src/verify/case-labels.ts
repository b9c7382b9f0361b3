import type { CaseNames } from './case-names.js';

/** Marks what only verify makes, and what `clean` may therefore remove when no verify is at work. */
export const verifyLabel = 'spark-dev/verify';
export const helperLabel = 'spark-dev/helper';
/** On a driver made by hand, for its headless service. */
export const driverLabel = 'verify-driver';

export function caseLabels({ runId }: Pick<CaseNames, 'runId'>): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/run': runId, [verifyLabel]: runId };
}
