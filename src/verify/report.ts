import type { VerifyCase } from './case.js';

export type CaseStatus = 'passed' | 'failed' | 'unavailable';

export interface CaseResult {
  readonly id: string;
  readonly suite: string;
  readonly title: string;
  readonly need: VerifyCase['need'];
  readonly status: CaseStatus;
  /** What did not hold, one sentence each; of a sabotaged case, what did hold. */
  readonly why: readonly string[];
  readonly tookMs: number;
  /** Of driver and executors; 1024 is the suite's own. Null where nothing ran. */
  readonly heapMb: number | null;
  readonly executors: readonly string[];
  /** Logs, and where it failed the pods' description and events. */
  readonly folder: string | null;
}

export interface VerifyReport {
  readonly sparkVersion: string;
  readonly image: string;
  readonly runId: string;
  readonly folder: string;
  readonly sabotaged: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly unavailable: number;
  readonly tookMs: number;
  readonly cases: readonly CaseResult[];
}

export function countStatus(cases: readonly CaseResult[], status: CaseStatus): number {
  return cases.filter((one) => one.status === status).length;
}

/** A line a case, its reasons below it, and the sum. */
export function showReport(report: VerifyReport): readonly string[] {
  const width = Math.max(...report.cases.map(({ id }) => id.length));
  const lines = report.cases.flatMap((one) => [
    `${marks[one.status]} ${one.id.padEnd(width)}  ${one.title}${showFigures(one)}`,
    ...one.why.map((reason) => `${' '.repeat(width + 4)}${reason}`),
    ...(one.status === 'failed' && one.folder !== null ? [`${' '.repeat(width + 4)}logs: ${one.folder}`] : []),
  ]);
  const { passed, failed, unavailable, sparkVersion } = report;
  const beside = unavailable === 0 ? '' : `, ${String(unavailable)} not to be had here`;
  const what = report.sabotaged ? 'went red, as they must when broken on purpose' : 'passed';
  return [...lines, `Spark ${sparkVersion}: ${String(passed)} ${what}, ${String(failed)} failed${beside}`];
}

const marks: Readonly<Record<CaseStatus, string>> = { passed: '✓', failed: '✗', unavailable: '-' };

function showFigures({ heapMb, tookMs, status }: CaseResult): string {
  if (status === 'unavailable' || heapMb === null) return '';
  const heaps = heapMb === 1024 ? '' : `, heaps of ${String(heapMb)} MB`;
  return ` (${String(Math.round(tookMs / 1000))} s${heaps})`;
}
