import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, type ClusterTools } from '../cluster/cluster-tools.js';
import { listExamples, readPromptLines } from '../program/documented-commands.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { runProgram } from '../program/program.js';

/** What the READMEs make beside runs; somebody's own of the same name is left alone. */
const made = ['secret/demo', 'persistentvolumeclaim/wordcount'];
const folder = mkdtempSync(join(tmpdir(), 'spark-dev-examples-'));
const password = join(folder, 'password');
let tools: ClusterTools;
beforeAll(async () => {
  writeFileSync(password, 'an example\n');
  tools = await requirePrepared();
  expect(await kubectl(tools, ['get', ...made, '--ignore-not-found', '-o', 'name'])).toBe('');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await kubectl(tools, ['delete', ...made, '--ignore-not-found']);
});

/** The last word of each application, by its folder. */
const answers: Readonly<Record<string, RegExp>> = {
  checksum: /Checksum of 100000 is 1601324643/,
  'pod-template': /says hello from the executor's template/,
  secrets: /driver and executors have the same secret/,
  sparkpi: /Pi is roughly 3\.1\d*/,
  streaming: /\d+ rows in \d+ windows/,
  wordcount: /^2000 be$/m,
};

it('knows what each example prints', () => {
  expect(listExamples().map((file) => file.split('/')[1] ?? '')).toEqual(Object.keys(answers));
});

describe.each(listExamples())('the commands of %s, in their order', (file) => {
  const answer = answers[file.split('/')[1] ?? ''] ?? /never/;
  it.each(readPromptLines(file))('%s', async (line) => {
    const [program, ...words] = line.split(/\s+/);
    if (program === 'kubectl') {
      const argv = [tools.cluster.kubectl, `--kubeconfig=${tools.cluster.kubeconfig}`, ...words];
      // as in a shell; what a pipe of Node's is cannot be opened as /dev/stdin
      await tools.host.runner.run(argv, { stdinFile: password });
      return;
    }
    const end = await runProgram(words);
    expect(end.exitCode, end.stderr).toBe(0);
    if (words[0] === 'run' || words[1] === 'exec') expect(end.stdout + end.stderr).toMatch(answer);
  });
});
