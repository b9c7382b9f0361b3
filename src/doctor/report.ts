import { count } from '../text/words.js';
import type { CheckResult } from './run-checks.js';

export const marks: Readonly<Record<CheckResult['status'], string>> = {
  ok: '✓',
  warn: '!',
  fail: '✗',
  skip: '-',
  crash: '?',
};

/** Grouped, each with its fix; the last line is the summary. */
export function reportChecks(results: readonly CheckResult[]): readonly string[] {
  const groups = [...new Set(results.map((result) => result.group))];
  const width = Math.max(...results.map((result) => result.title.length));
  return [
    ...groups.flatMap((group) => [
      group,
      ...results.filter((result) => result.group === group).flatMap((result) => reportCheck(result, width)),
      '',
    ]),
    countsLine(results),
  ];
}

export function countChecks(results: readonly CheckResult[]): Readonly<Record<CheckResult['status'], number>> {
  const count = (status: CheckResult['status']): number => results.filter((result) => result.status === status).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), skip: count('skip'), crash: count('crash') };
}

function reportCheck({ status, title, detail, fix }: CheckResult, width: number): readonly string[] {
  return [
    `  ${marks[status]} ${title.padEnd(width)}  ${detail.replaceAll('\n', ' ')}`,
    ...fix.map((command, index) => `      ${index === 0 ? 'fix:' : '  or'} ${command}`),
  ];
}

export function countsLine(results: readonly CheckResult[]): string {
  const { ok, warn, fail, skip, crash } = countChecks(results);
  const parts = [
    `${String(ok)} ok`,
    ...(warn === 0 ? [] : [count(warn, 'warning')]),
    ...(skip === 0 ? [] : [`${String(skip)} skipped`]),
    `${String(fail)} failed`,
    ...(crash === 0 ? [] : [`${String(crash)} crashed`]),
  ];
  return parts.join(', ');
}
