import { expect, it } from 'vitest';
import { checks } from '../../src/doctor/checks.js';
import { call } from '../worlds/call.js';
import { readEnvelope, readError, readResult } from '../worlds/envelope.js';

const freshDebian = { programs: [{ argv: ['apt-get'] }, { argv: ['mmdebstrap'] }] };

it('on a fresh machine has news but no failure: the embedded run works', async () => {
  const { exitCode, stdout } = await call(['doctor', '--only', 'node,java,python,engine,minikube,cluster'], {
    world: freshDebian,
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Local runs$/m);
  expect(stdout).toMatch(/^ {2}! Docker +Docker is not installed/m);
  expect(stdout).toMatch(/^ {6}fix: spark-dev init --yes$/m);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 ok, 4 warnings, 1 skipped, 0 failed');
});

it('exits with 4 when a check fails, and the answer is still an answer', async () => {
  const { exitCode, stdout } = await call(['doctor', '--only', 'engine,node', '--json'], {
    world: { platform: { os: 'darwin' } },
  });
  expect(exitCode).toBe(4);
  expect(readEnvelope(stdout).ok).toBe(false);
  const { checks: found, counts } = readResult(stdout);
  expect(counts).toEqual({ ok: 1, warn: 0, fail: 1, skip: 0, crash: 0 });
  expect(found).toEqual([
    expect.objectContaining({ id: 'node', status: 'ok', fix: [] }),
    expect.objectContaining({ id: 'engine', status: 'fail', group: 'Cluster', title: 'Docker' }),
  ]);
});

it('runs all checks, each with a way out unless it is fine or cannot be judged', async () => {
  const { stdout } = await call(['doctor', '--json'], { world: freshDebian });
  const found = readResult(stdout)['checks'] as readonly {
    id: string;
    status: string;
    fix: readonly string[];
    tookMs: number;
  }[];
  expect(found.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
  for (const { status, fix, tookMs } of found) {
    expect(['ok', 'warn', 'fail', 'skip']).toContain(status);
    if (status === 'warn' || status === 'fail') expect(fix.length).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(6000);
  }
});

it('lists its checks without running one', async () => {
  const { stdout, host } = await call(['doctor', '--list']);
  expect(stdout.trimEnd().split('\n').length).toBe(checks.length);
  expect(host.runner.calls).toEqual([]);
});

it.each([
  ['engin', 'Did you mean: spark-dev doctor --only engine'],
  ['java,pyhton', 'Did you mean: spark-dev doctor --only python'],
  ['', 'spark-dev doctor --list'],
  ['$(id)', 'spark-dev doctor --list'],
])('--only %j is refused', async (only, fix) => {
  const { exitCode, stdout } = await call(['doctor', '--only', only, '--json']);
  expect(exitCode).toBe(2);
  expect(readError(stdout).fix).toEqual([fix]);
});
