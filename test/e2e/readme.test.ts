import { afterAll, describe, expect, it } from 'vitest';
import { changesNothing, readDocumentedCommands } from './documented-commands.js';
import { runProgram } from './program.js';

const commands = readDocumentedCommands('README.md').filter((command) => !changesNothing(command));

/** The other cases here need the cluster that the README ends with stopping. */
afterAll(async () => {
  const { exitCode, stderr } = await runProgram(['init', '--yes', '--no-verify']);
  expect(exitCode, stderr).toBe(0);
}, 300_000);

describe('the commands of the README, in their order', () => {
  it.each(commands.map(({ line, words }) => [line, words] as const))('%s', async (_line, words) => {
    const { exitCode, stdout, stderr } = await runProgram(words);
    expect(exitCode, stderr).toBe(0);
    if (words[0] === 'run') expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Pi is roughly 3\.1\d*$/);
  });
});
