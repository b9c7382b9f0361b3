import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { programPath } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-completion-'));
writeFileSync(join(folder, 'spark-dev'), `#!/bin/sh\nexec '${process.execPath}' '${programPath}' "$@"\n`);
chmodSync(join(folder, 'spark-dev'), 0o755);
const kubeconfig = join(folder, 'kubeconfig');
writeFileSync(kubeconfig, 'contexts: [{name: "arn:aws:eks/one", context: {cluster: a, user: b}}]\n');

/** What bash puts in place of the last word, or of its end after `=` and `:`. */
async function completeInBash(line: string): Promise<readonly string[]> {
  const script = `source <(SPARK_DEV_OUTPUT= spark-dev completion bash)
[[ $(complete -p spark-dev) == *'-F _spark_dev spark-dev' ]] || exit 1
COMP_LINE=$1 COMP_POINT=\${#1}
read -ra COMP_WORDS <<< "$1"
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_spark_dev
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    SPARK_DEV_HOME: join(folder, 'home'),
    // whatever the user's own output format is
    SPARK_DEV_OUTPUT: 'json',
    KUBECONFIG: kubeconfig,
  };
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script, 'bash', line], { env });
  return stdout.split('\n').filter((word) => word !== '');
}

it.each([
  ['spark-dev cluster re', ['resize']],
  ['spark-dev run --fit ', ['never', 'resize', 'shrink', 'wait']],
  ['spark-dev run --fit=sh', ['shrink']],
  ['spark-dev run sparkp', ['sparkpi']],
  ['spark-dev cluster use arn:aws:', ['eks/one']],
  ['spark-dev run sparkpi -- ', []],
])('%s', async (line, words) => {
  expect(await completeInBash(line)).toEqual(words);
});
