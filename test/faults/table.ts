import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Verdict } from './invariants.js';

/** One line of the report. */
export interface Outcome {
  readonly row: number;
  readonly fault: string;
  readonly how: string;
  /** On the real stack, through shims, through the proxy, or not at all. */
  readonly kind: 'real' | 'shim' | 'proxy' | 'deferred' | 'excepted' | 'elsewhere';
  readonly happened: string;
  readonly verdicts: readonly Verdict[];
  readonly passed: boolean;
}

/** Each worker adds its lines to one file; the setup reads them at the end. */
export function noteOutcome(outcome: Outcome): void {
  const path = process.env['FAULTS_RESULTS'];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(outcome)}\n`);
}

export function readOutcomes(path: string): readonly Outcome[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Outcome).sort((a, b) => a.row - b.row);
}

const injectedKinds: readonly Outcome['kind'][] = ['real', 'shim', 'proxy'];

export function renderTable(outcomes: readonly Outcome[]): string {
  const injected = new Set(outcomes.filter(({ kind }) => injectedKinds.includes(kind)).map(({ row }) => row));
  const failed = outcomes.filter(({ passed }) => !passed);
  return [
    '# The fault suite: each row, how it was injected, and what happened',
    '',
    'Printed by `npm run test:faults`. The last column names the ten invariants that were checked after the case.',
    '',
    '| row | fault | injected | what happened | invariants |',
    '| --- | --- | --- | --- | --- |',
    ...outcomes.map(renderRow),
    '',
    `${String(injected.size)} rows injected in ${String(outcomes.filter(({ kind }) => injectedKinds.includes(kind)).length)} cases, ` +
      `${String(failed.length)} of them failed.`,
    '',
  ].join('\n');
}

function renderRow({ row, fault, how, kind, happened, verdicts, passed }: Outcome): string {
  const cells = [String(row), fault, `${kind}: ${how}`, passed ? happened : `**failed**: ${happened}`, sum(verdicts)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
}

function sum(verdicts: readonly Verdict[]): string {
  const of = (state: Verdict['state']): readonly Verdict[] => verdicts.filter((one) => one.state === state);
  const numbers = (list: readonly Verdict[]): string => list.map(({ number }) => String(number)).join(' ');
  const parts = [
    of('kept').length === 0 ? '' : `kept ${numbers(of('kept'))}`,
    of('broken').length === 0
      ? ''
      : `BROKEN ${of('broken')
          .map(({ number, why }) => `${String(number)} (${why})`)
          .join(', ')}`,
    of('not applicable').length === 0 ? '' : `n/a ${numbers(of('not applicable'))}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}
