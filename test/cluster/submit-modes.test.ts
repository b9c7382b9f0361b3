import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { eventually } from './cluster-tools.js';
import { useOwnNamespace } from './own-namespace.js';
import { dataOf, programPath, runProgram } from '../program/program.js';

const checksum = 'Checksum of 1000 is 1968318182';
const { name, env, kubectl } = useOwnNamespace('modes');
const objects = (): Promise<string> => kubectl(['get', 'job,pod,service,deployment', '-o', 'name']);

it('one standing pod gives a driver in it and a driver of its own the same sum, and goes', async () => {
  const absent = await runProgram(['submit', 'exec', 'checksum', '--no-input'], env);
  expect(absent.exitCode).toBe(4);
  expect(absent.stderr).toContain('spark-dev submit up');
  expect(dataOf(await runProgram(['submit', 'up', '--json'], env))).toMatchObject({ action: 'up' });
  expect(dataOf(await runProgram(['submit', 'up', '--json'], env))).toMatchObject({ action: 'unchanged' });

  const client = await runProgram(['run', 'checksum', '--deploy-mode', 'client', '--', '1000'], env);
  expect(client.stdout).toContain(checksum);
  expect(client.exitCode).toBe(0);
  // Spark would remove claims at its end, to which the account has no right
  expect(client.stderr).not.toContain('forbidden');
  const cluster = await runProgram(['submit', 'exec', 'checksum', '--lang', 'python', '--', '1000'], env);
  expect(cluster.stdout).toContain(checksum);
  expect(cluster.exitCode).toBe(0);

  expect(dataOf(await runProgram(['submit', 'down', '--json'], env))).toMatchObject({ action: 'down', gone: true });
  await eventually('nothing is left', async () => (await objects()) === '');
});

describe('a shell', () => {
  it('runs what is piped into it, and answers 10 for an error there', async () => {
    const lines = 'print("sum", sc.parallelize(range(10), 2).map(lambda n: n * n).sum())\nraise SystemExit(3)\n';
    const end = await pipe(['shell', 'pyspark', '--driver-memory', '512m'], lines);
    expect(end.stdout).toContain('sum 285');
    expect(end.exitCode).toBe(10);
    await eventually('nothing is left', async () => (await objects()) === '');
  });

  it('goes with its spark-dev, even if that is killed', async () => {
    const child = spawn(process.execPath, [programPath, 'shell', 'pyspark', '--driver-memory', '512m'], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const phase = ['get', 'pods', '-l', 'spark-dev/role=shell', '-o', 'jsonpath={.items[*].status.phase}'];
    await eventually('the pod runs', async () => (await kubectl(phase)) === 'Running', 120_000);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    child.kill('SIGKILL');
    await eventually('the pod has ended, or is gone', async () => (await kubectl(phase)) !== 'Running', 120_000);
    await eventually('nothing is left', async () => (await objects()) === '', 180_000);
  });
});

it('namespace check --api shows what the account may, and --demo what a granted right changes', async () => {
  const check = dataOf(await runProgram(['namespace', 'check', '--api', '--json'], env));
  expect(check).toMatchObject({ ok: true, facts: { namespace: name, anonymous: 403 } });
  const { steps } = dataOf(await runProgram(['namespace', 'check', name, '--demo', '--json'])) as {
    steps: { status?: number }[];
  };
  expect(steps.flatMap(({ status }) => status ?? [])).toEqual([403, 200, 403, 200, 403]);
});

async function pipe(
  words: readonly string[],
  input: string,
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [programPath, ...words], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stdin.end(input);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, stdout };
}
