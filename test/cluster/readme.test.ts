import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { changesNothing, listGuide, readDocumentedCommands } from '../program/documented-commands.js';
import { runProgram, startProgram } from '../program/program.js';

const commands = listGuide()
  .flatMap(readDocumentedCommands)
  .filter((command) => !changesNothing(command));

/** The files that the guide's commands name. */
const project = mkdtempSync(join(tmpdir(), 'spark-dev-tests-'));
cpSync('test/program/documented-project', project, { recursive: true });

/** The other suites need the cluster that the README stops, also when a page after it fails. */
afterAll(async () => {
  const { exitCode, stderr } = await runProgram(['init', '--yes', '--no-verify']);
  expect(exitCode, stderr).toBe(0);
}, 300_000);

describe('the commands of the README and the guide, in their order', () => {
  it.each(commands.map(({ line, words }) => [line, words] as const))('%s', async (_line, words) => {
    const isEndless = words[0] === 'dev';
    const program = startProgram(words, {}, project);
    if (isEndless) {
      const [, mark] = await program.says(/^([✓✗]) Run 1: /m);
      program.child.kill('SIGINT');
      expect(mark).toBe('✓');
    }
    const { exitCode, stdout, stderr } = await program.ended;
    expect(exitCode, stderr).toBe(isEndless ? 130 : 0);
    if (words[1] === 'sparkpi' && words[0] === 'run' && !words.includes('--detach'))
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Pi is roughly 3\.1\d*$/);
  });
});
