import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from './cruise.js';

const file = join(repository, 'CONTRIBUTING.md');
const guide = readFileSync(file, 'utf8');

/** From the top of the program down, as .dependency-cruiser.cjs has them from the bottom up. */
function drawLevels(): string {
  const config = readFileSync(join(repository, '.dependency-cruiser.cjs'), 'utf8');
  const literal = /const levels = (\[.*?\n\]);/s.exec(config)?.[1] ?? '';
  const levels = JSON.parse(literal.replaceAll("'", '"').replace(/,(\s*\])/g, '$1')) as string[][];
  const rows = [['main, host'], ['cli'], ['commands'], ...levels.toReversed(), ['errors, ports, secrets']];
  return ['```text', ...rows.map((names) => names.join(', ')), '```'].map((line) => `   ${line}`).join('\n');
}

it('draws the levels that the dependency rules enforce', async () => {
  const drawn = guide.replace(
    /( +<!-- levels: .*?-->\n).*?( +<!-- end of levels -->)/s,
    (_all, start: string, end: string) => `${start}\n${drawLevels()}\n\n${end}`,
  );
  expect(drawn).toContain('```text');
  await expect(drawn, 'CONTRIBUTING.md is stale: npm run docs').toMatchFileSnapshot(file);
});

it('sends nobody to a file that is gone', () => {
  const named = [...guide.matchAll(/`((?:src|test|images|examples|kustomize|schemas|toolchain|bench|docs)\/[^`]*)`/g)];
  // `*` and capitals stand for any name
  const places = named.map(([, path = '']) => path.replace(/[^/]*[*A-Z].*/, ''));
  expect(places.length).toBeGreaterThan(40);
  expect(places.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
});

it('dates each decision, says its status, and lists it', () => {
  const folder = join(repository, 'docs', 'decisions');
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const page of readdirSync(folder).filter((name) => name !== 'README.md')) {
    const [title = '', , state = ''] = readFileSync(join(folder, page), 'utf8').split('\n');
    const [, date = '', status = ''] = /^_(\d{4}-\d\d-\d\d) · (accepted|superseded by .+)_$/.exec(state) ?? [];
    expect(date, `${page} has a line _YYYY-MM-DD · accepted_ below its title`).not.toBe('');
    const row = index.split('\n').find((line) => line.includes(`[${title.slice(2)}](${page})`)) ?? '';
    expect(
      row.split('|').map((cell) => cell.trim()),
      `${page} in docs/decisions/README.md`,
    ).toEqual([...['', `[${title.slice(2)}](${page})`, date, status, '']]);
  }
});
