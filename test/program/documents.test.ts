import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesNothing, listDocuments, readDocumentedCommands } from './documented-commands.js';
import { runProgram } from './program.js';

const documented = listDocuments().flatMap(readDocumentedCommands);

it('finds the commands that are documented', () => {
  const verbs = new Set(documented.map(({ words }) => words[0]));
  expect([...verbs]).toEqual(expect.arrayContaining(['run', 'init', 'status', 'doctor', 'down', 'help']));
});

describe('what changes nothing does what it says', () => {
  it.each(documented.filter(changesNothing).map(({ line, words }) => [line, words] as const))(
    '%s',
    async (_line, words) => {
      const { exitCode, stdout, stderr } = await runProgram(words);
      // that this machine lacks something is an answer too
      expect(['doctor', 'init'].includes(words[0] ?? '') ? [0, 4] : [0]).toContain(exitCode);
      expect(stdout + stderr).not.toBe('');
    },
  );
});

// the other commands of the README and the guide are run for real by readme.test.ts
describe('what changes something is at least understood', () => {
  const others = documented.filter((command) => !changesNothing(command));
  it.each(others.map(({ line, words }) => [line, words] as const))('%s', async (_line, words) => {
    const end = await runProgram([...words.filter((word) => word !== '--'), '--help']);
    expect(end.exitCode, end.stderr).toBe(0);
  });
});

it('links only to files that are there', () => {
  for (const file of listDocuments()) {
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    for (const link of links) {
      expect(() => readFileSync(join(file, '..', link)), `${link} in ${file}`).not.toThrow(/ENOENT/);
    }
  }
});
