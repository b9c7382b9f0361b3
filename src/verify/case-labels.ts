import { runLabels, verifyLabel } from '../kube/labels.js';
import type { CaseNames } from './case-names.js';

export const helperLabel = 'spark-dev/helper';
/** On a driver made by hand, for its headless service. */
export const driverLabel = 'verify-driver';

export function caseLabels({ runId, home }: Pick<CaseNames, 'runId' | 'home'>): Readonly<Record<string, string>> {
  return { ...runLabels(runId, home), [verifyLabel]: runId };
}
