import { expect, it } from 'vitest';
import type { RunOutcome } from '../runs/record.js';
import { compareOutputs, summarize, type GoodRun } from './report.js';

const outcome = (output: string, pi?: number): RunOutcome => ({
  ...{
    runId: 'app-260101000000-abcd',
    folder: '/runs/app',
    target: 'local',
    driver: 'local[*]',
    executors: ['driver'],
  },
  ...{
    appId: undefined,
    spark: 'context',
    ui: { url: undefined },
    durationsMs: { stage: 210, job: 1480, total: 1700, idle: 3 },
  },
  output,
  pi,
});
const good = (output: string, tookMs = 2000): GoodRun => ({ number: 3, outcome: outcome(output), tookMs });

it('says the answer, the time beside the last good run, and the phases that count', () => {
  const run: GoodRun = { number: 4, outcome: outcome('', 3.14), tookMs: 1700 };
  expect(summarize(run, good(''))).toBe('Pi is roughly 3.14, 0.3 s faster than run 3 · stage 0.2 s, job 1.5 s');
  expect(summarize(good(''), undefined)).toBe('succeeded · stage 0.2 s, job 1.5 s');
});

it.each([
  ['a\nb\nc\n', 'a\nB\nc\n', ['  changed since run 3:', '  - b', '  + B']],
  ['a\n', 'a\nb\n', ['  changed since run 3:', '  + b']],
  ['a\na\n', 'a\n', ['  changed since run 3:', '  - a']],
  ['a\n', 'a\n', ['  same output as run 3']],
])('compares %j with %j', (before, now, lines) => {
  expect(compareOutputs(outcome(now), good(before))).toEqual(lines);
});

it('shows eight lines of many', () => {
  const many = Array.from({ length: 20 }, (_, index) => `line ${String(index)}`).join('\n');
  const lines = compareOutputs(outcome(many), good('other'));
  expect(lines.slice(0, 3)).toEqual(['  changed since run 3:', '  - other', '  + line 0']);
  expect(lines.at(-1)).toBe('  + … 12 more');
});

it('has nothing to compare with before the first good run', () => {
  expect(compareOutputs(outcome('a'), undefined)).toEqual([]);
});
