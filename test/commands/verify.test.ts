import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, type Call } from './call.js';
import { readError, readResult } from './envelope.js';
import { createVerifyWorld, type CaseStory, type VerifyWorld } from './verify-world.js';

interface Answer {
  readonly passed: number;
  readonly failed: number;
  readonly unavailable: number;
  readonly cases: readonly {
    readonly id: string;
    readonly status: string;
    readonly why: readonly string[];
    readonly folder: string;
  }[];
}

const pi: CaseStory = ({ cluster, driver, executor, end }) => {
  cluster.putPod(driver);
  cluster.putPod(executor);
  setTimeout(() => {
    end(0, 'INFO begin', 'Pi is roughly 3.14');
  }, 20);
};

function verify({ machine }: VerifyWorld, ...words: string[]): Promise<Call> {
  return call(['verify', ...words], { host: machine.host });
}

async function answerOf(world: VerifyWorld, ...words: string[]): Promise<Answer> {
  return readResult((await verify(world, ...words, '--json')).stdout) as unknown as Answer;
}

describe('verify', () => {
  it('runs a case in a namespace of its own and leaves nothing', async () => {
    const world = await createVerifyWorld(pi);
    const end = await verify(world, '--only', 'B2', '--json');
    expect(end.exitCode).toBe(0);
    expect(readResult(end.stdout)).toMatchObject({
      passed: 1,
      failed: 0,
      cases: [{ id: 'B2', status: 'passed', why: [], heapMb: 1024 }],
    });
    expect(world.made).toEqual([expect.stringMatching(/^verify-b2-[0-9a-f]{4}$/)]);
    expect(world.namespaces.size).toBe(0);
  });

  it('exits with 1 when a case fails, says why, and keeps logs and pods', async () => {
    const world = await createVerifyWorld(({ cluster, driver, executor, end }) => {
      cluster.putPod(driver);
      cluster.putPod(executor);
      setTimeout(() => {
        end(1, 'java.lang.IllegalStateException: no');
      }, 20);
    });
    const end = await verify(world, '--only', 'B2', '--json');
    expect(end.exitCode).toBe(1);
    const answer = readResult(end.stdout) as unknown as Answer;
    expect(answer).toMatchObject({ passed: 0, failed: 1 });
    const [one] = answer.cases;
    expect(one?.why).toEqual([
      'The driver ended with exit code 1: java.lang.IllegalStateException: no',
      'The driver did not log "Pi is roughly 3"',
    ]);
    const driverLog = join(one?.folder ?? '', `${world.made[0] ?? ''}-driver.log`);
    expect(readFileSync(driverLog, 'utf8')).toContain('IllegalStateException');
    expect(existsSync(join(one?.folder ?? '', 'describe.txt'))).toBe(true);
    expect(world.namespaces.size).toBe(0);
  });

  it('fails a sabotaged case that passes, and passes one that goes red for its reason', async () => {
    const passing = await createVerifyWorld(pi);
    const answer = await answerOf(passing, '--only', 'B10', '--sabotage');
    expect(answer.cases[0]?.why).toEqual([]);
    const spoilt = await createVerifyWorld(pi);
    expect((await answerOf(spoilt, '--only', 'B14', '--sabotage')).cases[0]?.why).toEqual([]);
    const blind = await createVerifyWorld(pi);
    const [one] = (await answerOf(blind, '--only', 'B5', '--sabotage')).cases;
    expect(one).toMatchObject({
      status: 'failed',
      why: ['It passed despite spark.jars without the jar'],
    });
  });

  it('binds claims first, then runs the helpers, looks into the pods, and releases them', async () => {
    let release = (): void => undefined;
    const world = await createVerifyWorld(
      ({ cluster, driver, executor, end }) => {
        cluster.putPod(driver);
        cluster.putPod(executor);
        release = () => {
          end(0, 'Success! Local Word Count 2 and DFS Word Count 2 agree.');
        };
      },
      {
        exec: (command) => {
          if (command.startsWith('touch')) release();
          return 'test PVs';
        },
      },
    );
    const [one] = (await answerOf(world, '--only', 'PV1')).cases;
    expect(one?.why).toEqual([]);
    const [namespace = ''] = world.made;
    const ran = world.machine.host.runner.calls.map(({ argv }) =>
      argv
        .filter((word, index) => index > 0 && !word.startsWith('--'))
        .join(' ')
        .replaceAll(namespace, 'NS'),
    );
    expect(ran.filter((line) => /^(apply|wait|exec|delete)/.test(line))).toEqual([
      'apply',
      'wait persistentvolumeclaim shared',
      ...['apply', 'apply', 'apply'],
      'exec NS-driver cat /opt/spark/pv-tests/words.txt',
      'exec NS-driver-exec-1 cat /opt/spark/pv-tests/words.txt',
      'exec NS-driver touch /tmp/verified',
      'delete jobs,statefulsets,pods',
      'delete namespace NS',
      'delete persistentvolume/NS',
    ]);
  });

  it('reports what cannot be had here without calling it a failure', async () => {
    const world = await createVerifyWorld(pi);
    const end = await verify(world, '--only', 'R1,B2');
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toContain('the image has no R');
    expect(end.stdout.trimEnd().split('\n').at(-1)).toBe('Spark 4.3.0: 1 passed, 0 failed, 1 not available here');
  });

  it('ends soon when a pod can never start', async () => {
    const world = await createVerifyWorld(({ cluster, driver }) => {
      const state = { waiting: { reason: 'ErrImageNeverPull', message: 'not present' } };
      const [status] = driver.status?.containerStatuses ?? [];
      Object.assign(status ?? {}, { state });
      cluster.putPod(driver);
    });
    const [one] = (await answerOf(world, '--only', 'B2')).cases;
    expect(one?.why.join('\n')).toContain('ErrImageNeverPull');
    expect(world.namespaces.size).toBe(0);
  });

  it('leaves nothing after Ctrl-C', async () => {
    const stop = new AbortController();
    const world = await createVerifyWorld(({ cluster, driver }) => {
      cluster.putPod(driver);
      stop.abort();
    });
    const end = await call(['verify', '--only', 'B2,B5'], {
      host: world.machine.host,
      signal: stop.signal,
      signalExitCode: () => 130,
    });
    expect(end.exitCode).toBe(130);
    expect(world.made.length).toBeGreaterThan(0);
    expect(world.namespaces.size).toBe(0);
  });

  it('says after Ctrl-C what could not be removed', async () => {
    const stop = new AbortController();
    const world = await createVerifyWorld(
      ({ cluster, driver }) => {
        cluster.putPod(driver);
        stop.abort();
      },
      { sticky: true },
    );
    const { host } = world.machine;
    const { stderr } = await call(['verify', '--only', 'B2'], { host, signal: stop.signal });
    const [namespace = ''] = world.made;
    expect(host.ui.lines).toContain(`! B2: namespace/${namespace} is left behind (spark-dev clean removes it)`);
    expect(stderr).toContain('Verify was interrupted');
  });

  it('writes the results for a build server too', async () => {
    const world = await createVerifyWorld(pi);
    await verify(world, '--only', 'B2', '--junit', 'out/spark.xml');
    const xml = readFileSync(join(world.machine.host.directories.working, 'out/spark.xml'), 'utf8');
    expect(xml).toContain('<testcase classname="BasicTestsSuite" name="B2 Run SparkPi with no resources"');
  });

  it('shows with --dry-run what it would do, and does none of it', async () => {
    const world = await createVerifyWorld(pi);
    const { stdout, exitCode } = await verify(world, '--only', 'B6', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--master k8s://kubernetes.default.svc:443');
    expect(stdout).toContain('delete namespace verify-b6-');
    expect(world.made).toEqual([]);
    expect(world.machine.changes()).toEqual([]);
  });

  it('lists the cases without a cluster, with what is known of each', async () => {
    const { stdout } = await call(['verify', '--list']);
    expect(stdout).toMatch(/^B2 +Run SparkPi with no resources \(BasicTestsSuite; must\)$/m);
    expect(stdout).toMatch(/^PV1 .*a cluster-wide object/m);
  });

  it('refuses a case that does not exist', async () => {
    const world = await createVerifyWorld(pi);
    const end = await verify(world, '--only', 'B22', '--json');
    expect(end.exitCode).toBe(2);
    expect(readError(end.stdout)).toMatchObject({
      code: 'USAGE',
      why: expect.stringContaining('did you mean B2?') as string,
    });
  });
});
