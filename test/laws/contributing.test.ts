import { existsSync, readFileSync } from 'node:fs';
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
