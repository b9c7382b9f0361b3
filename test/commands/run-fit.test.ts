import { describe, expect, it } from 'vitest';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import type { FakeWorld } from '../fakes/fake-host.js';
import { call, type Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };

/** 2 CPUs and 6000 MiB, all free; the host has 4 and 16 GB. */
const machine = (world: FakeWorld = {}): Promise<FakeMachine> =>
  createFakeMachine({ record }, { kube: () => Promise.resolve(createFakeCluster().kube), ...world });

const plan = async (
  words: readonly string[],
  world: FakeWorld = {},
): Promise<Call & { readonly machine: FakeMachine }> => {
  const made = await machine(world);
  const answer = await call(['run', 'sparkpi', '--lang', 'python', '--target', 'cluster', ...words], {
    host: made.host,
  });
  return { ...answer, machine: made };
};

interface Planned {
  readonly job: unknown;
  readonly resize: unknown;
  readonly files: { readonly generated: Readonly<Record<string, string>> };
}

const planned = async (...words: readonly string[]): Promise<Planned> =>
  readResult((await plan([...words, '--dry-run', '--json'])).stdout) as unknown as Planned;

describe('a job that fits', () => {
  it('is submitted as it was asked for, in the words of Spark', async () => {
    const { files, resize } = await planned(
      '--num-executors',
      '2',
      '--executor-memory',
      '1g',
      '--driver-memory',
      '768m',
    );
    const overlay = files.generated['overlay/kustomization.yaml'];
    for (const conf of ['spark.executor.instances=2', 'spark.executor.memory=1024m', 'spark.driver.memory=768m'])
      expect(overlay).toContain(conf);
    expect(resize).toBeNull();
  });

  it('asks for the cores that were named, and else for what there is', async () => {
    const overlay = (await planned('--executor-cores', '1')).files.generated['overlay/kustomization.yaml'];
    expect(overlay).toContain('spark.kubernetes.executor.request.cores=1000m');
    expect(overlay).toContain('spark.executor.cores=1');
    expect(overlay).toContain('spark.kubernetes.driver.request.cores=');
  });
});

describe('a job that does not fit', () => {
  const large = ['--num-executors', '3', '--executor-memory', '2g'];

  it('is refused where nobody can be asked, with both ways out, and nothing was changed', async () => {
    const { exitCode, stdout, machine: used } = await plan([...large, '--json']);
    expect(exitCode).toBe(6);
    expect(readError(stdout)).toMatchObject({
      code: 'RESOURCES_SHORT',
      why: expect.stringContaining('3 executors of 0.10 CPUs and 2.8 GB each') as string,
      fix: [
        expect.stringMatching(/^spark-dev cluster resize --cpus 2 --memory \d+m/),
        expect.stringContaining('--fit shrink   # --num-executors 1'),
        expect.stringContaining('spark-dev cluster status'),
        expect.stringContaining('--target local'),
      ],
      facts: { verdict: 'grow', shrink: ['--num-executors 1'], free: { memoryMb: 6000 } },
    });
    expect(used.changes()).toEqual([]);
  });

  it.each(['never', 'resize', 'shrink'])('--fit %s asks nothing', async (mode) => {
    const { exitCode, stderr, machine: used } = await plan([...large, '--fit', mode, '--dry-run'], { confirms: true });
    expect(exitCode).toBe(mode === 'never' ? 6 : 0);
    expect(stderr + used.host.ui.lines.join('\n')).not.toContain('?');
  });

  it('--fit shrink submits the smaller one', async () => {
    const { job, resize } = await planned(...large, '--fit', 'shrink');
    expect(job).toMatchObject({ executors: 1, executor: { heapMb: 2048 } });
    expect(resize).toBeNull();
  });

  it('--fit resize keeps the job and names the size', async () => {
    const { job, resize } = await planned(...large, '--fit', 'resize');
    expect(job).toMatchObject({ executors: 3, executor: { heapMb: 2048 } });
    expect(resize).toEqual({ cpus: 2, memoryMb: 9728 });
    const { stdout } = await plan([...large, '--fit', 'resize', '--dry-run']);
    expect(stdout.split('\n')[0]).toBe('spark-dev cluster resize --cpus 2 --memory 9728m');
  });

  it('--fit resize is refused where the host has no more, and says what it has', async () => {
    const { exitCode, stdout } = await plan(['--executor-memory', '40g', '--fit', 'resize', '--json']);
    expect(exitCode).toBe(6);
    expect(readError(stdout)).toMatchObject({
      why: expect.stringContaining('the most it can have on this host is 4 CPUs and 14.4 GB') as string,
      facts: { verdict: 'shrink', grow: null },
    });
  });

  it('at a terminal both ways are offered, and stopping', async () => {
    const { exitCode, machine: used } = await plan(large, { answers: { '--fit': 'never' } });
    expect(exitCode).toBe(6);
    expect(used.host.ui.lines).toContain('? The job does not fit. What should change?');
    expect(used.changes()).toEqual([]);
  });

  it('Python counts its larger overhead', async () => {
    const { job } = await planned('--executor-memory', '4g', '--fit', 'shrink');
    // 3646 and its four tenths, beside the driver's 896, are the last that 6000 MiB hold
    expect(job).toMatchObject({ language: 'python', executor: { heapMb: 3646 } });
  });
});

it.each([
  ['--executor-memory', '0'],
  ['--executor-memory', '-2g'],
  ['--executor-memory', '100'],
  ['--driver-memory', 'lots'],
  ['--num-executors', '0'],
  ['--num-executors', '-1'],
  ['--executor-cores', '1.5'],
  ['--driver-cores', 'x; id'],
  ['--fit', 'perhaps'],
])('%s %s is refused before anything is done', async (flag, value) => {
  const { exitCode, stdout, host } = await call(['run', 'sparkpi', `${flag}=${value}`, '--json']);
  expect(exitCode).toBe(2);
  expect(readError(stdout).code).toBe('USAGE');
  expect(host.runner.calls).toEqual([]);
});

it.each([
  [['--executor-memory', '2g', '--driver-memory', '3g']],
  [['--conf', 'spark.executor.memory=2g', '--conf', 'spark.driver.memory=3072m']],
])('embedded, the heap of the driver counts, and sizes of executors mean nothing: %j', async (sizes) => {
  const { stdout, stderr, host } = await call(['run', 'sparkpi', '--target', 'local', ...sizes, '--dry-run']);
  expect(stdout).toContain(' -Xmx3072m ');
  expect(stderr + host.ui.lines.join('\n')).toContain('Ignored in local mode: executor memory');
});
