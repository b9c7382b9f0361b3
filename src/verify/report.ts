import type { VerifyCase } from './case.js';

type CaseStatus = 'passed' | 'failed' | 'unavailable';

export interface CaseResult {
  readonly id: string;
  readonly suite: string;
  readonly title: string;
  readonly need: VerifyCase['need'];
  readonly status: CaseStatus;
  /** Failed assertions, one sentence each; for a case broken on purpose, why it did not fail as expected. */
  readonly why: readonly string[];
  readonly tookMs: number;
  /** Heap of driver and executors; 1024 in the suite. Null if nothing ran. */
  readonly heapMb: number | null;
  readonly executors: readonly string[];
  /** Has the logs and, after a failure, pod descriptions and events. */
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

export function showReport(report: VerifyReport): readonly string[] {
  const width = Math.max(...report.cases.map(({ id }) => id.length));
  const lines = report.cases.flatMap((one) => [
    `${marks[one.status]} ${one.id.padEnd(width)}  ${one.title}${showFigures(one)}`,
    ...one.why.map((reason) => `${' '.repeat(width + 4)}${reason}`),
    ...(one.status === 'failed' && one.folder !== null ? [`${' '.repeat(width + 4)}logs: ${one.folder}`] : []),
  ]);
  const { passed, failed, unavailable, sparkVersion } = report;
  const others = unavailable === 0 ? '' : `, ${String(unavailable)} not available here`;
  const what = report.sabotaged ? 'failed as expected when broken on purpose' : 'passed';
  return [...lines, `Spark ${sparkVersion}: ${String(passed)} ${what}, ${String(failed)} failed${others}`];
}

const marks: Readonly<Record<CaseStatus, string>> = { passed: '✓', failed: '✗', unavailable: '-' };

function showFigures({ heapMb, tookMs, status }: CaseResult): string {
  if (status === 'unavailable' || heapMb === null) return '';
  const heaps = heapMb === 1024 ? '' : `, heaps of ${String(heapMb)} MB`;
  return ` (${String(Math.round(tookMs / 1000))} s${heaps})`;
}

/** https://github.com/testmoapp/junitxml */
export function renderJunit(report: VerifyReport): string {
  const { cases, failed, unavailable, tookMs, sparkVersion } = report;
  const figures = `tests="${String(cases.length)}" failures="${String(failed)}" skipped="${String(unavailable)}" time="${seconds(tookMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${figures}>`,
    `  <testsuite name="${escapeXml(`Spark ${sparkVersion} on Kubernetes`)}" ${figures}>`,
    ...cases.map(renderCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase({ id, suite, title, status, why, tookMs }: CaseResult): string {
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(`${id} ${title}`)}" time="${seconds(tookMs)}"`;
  if (status === 'passed') return `${head}/>`;
  const kind = status === 'failed' ? 'failure' : 'skipped';
  return `${head}><${kind} message="${escapeXml(why[0] ?? '')}">${escapeXml(why.join('\n'))}</${kind}></testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** XML forbids control characters, and logs are full of them. */
function escapeXml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
  );
}
