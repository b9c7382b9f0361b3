import { runLabels, verifyLabel } from '../kube/labels.js';
import type { CaseNames } from './case-names.js';

export const helperLabel = 'spark-dev/helper';
/** For the headless service of a driver in client mode. */
export const driverLabel = 'verify-driver';

export function caseLabels({ runId, home }: Pick<CaseNames, 'runId' | 'home'>): Readonly<Record<string, string>> {
  return { ...runLabels(runId, home), [verifyLabel]: runId };
}
