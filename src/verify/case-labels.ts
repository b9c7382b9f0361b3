import { ownLabels, verifyLabel } from '../kube/names.js';
import type { CaseNames } from './case-names.js';

export const helperLabel = 'spark-dev/helper';
/** On a driver made by hand, for its headless service. */
export const driverLabel = 'verify-driver';

export function caseLabels({ runId, home }: Pick<CaseNames, 'runId' | 'home'>): Readonly<Record<string, string>> {
  return { ...ownLabels(home), 'spark-dev/run': runId, [verifyLabel]: runId };
}
