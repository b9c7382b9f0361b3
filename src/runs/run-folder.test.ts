import { describe, expect, it } from 'vitest';
import { createRunId, slugOf } from './run-folder.js';

const hostile = [
  '; rm -rf /',
  '$(id)',
  '-leading',
  'UPPER_case',
  'a\nb',
  'x'.repeat(200),
  '🚀',
  '{a: b}',
  '',
  '9lives',
  'trailing-',
];

describe('slugOf', () => {
  it('leaves a good name alone', () => {
    expect(slugOf('sparkpi')).toBe('sparkpi');
  });

  it.each(hostile)('makes a Kubernetes name of %j', (name) => {
    expect(slugOf(name)).toMatch(/^[a-z]([a-z0-9-]*[a-z0-9])?$/);
    expect(slugOf(name).length).toBeLessThanOrEqual(20);
  });

  it('keeps hostile names apart', () => {
    expect(new Set(hostile.map(slugOf)).size).toBe(hostile.length);
  });
});

describe('createRunId', () => {
  it('carries the time and a random piece', () => {
    expect(createRunId('sparkpi', new Date('2026-11-21T11:12:13Z'), 'ab12ff')).toBe('sparkpi-261121111213-ab12');
  });

  it('stays within 38 characters', () => {
    for (const name of hostile) expect(createRunId(name, new Date(), 'ab12').length).toBeLessThanOrEqual(38);
  });
});
