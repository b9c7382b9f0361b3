import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOutcomes, renderTable } from './table.js';

/** Gathers what each case tells and prints the table; FAULTS_REPORT names a file that gets it too. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'spark-dev-faults-'));
  const results = join(folder, 'outcomes.jsonl');
  process.env['FAULTS_RESULTS'] = results;
  return () => {
    const table = renderTable(readOutcomes(results));
    console.log(table);
    const report = process.env['FAULTS_REPORT'];
    if (report !== undefined) writeFileSync(report, table);
    rmSync(folder, { recursive: true });
  };
}
