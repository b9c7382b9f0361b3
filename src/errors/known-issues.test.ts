import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownIssues, classifyChildEnd, type ChildEnd } from './known-issues.js';

interface Recorded extends ChildEnd {
  readonly tool: string;
  /** What it must be explained as. */
  readonly code: string;
}

const folder = new URL('../../test/fixtures/known-issues/', import.meta.url);
const names = readdirSync(folder);
const read = (name: string): Recorded => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded;

describe('knownIssues', () => {
  it.each(names)('explains %s', (name) => {
    const end = read(name);
    expect(end.tool).toMatch(/\d+\.\d+/);
    const failure = classifyChildEnd(end);
    expect(failure?.code).toBe(end.code);
    expect(failure?.why).toBe(knownIssues.find((issue) => issue.pattern.test(end.stderr))?.why);
  });

  it.each(knownIssues.map((issue) => [issue.code, issue] as const))(
    '%s stands on a recorded output',
    (_code, issue) => {
      expect(names.some((name) => issue.pattern.test(read(name).stderr))).toBe(true);
    },
  );
});
