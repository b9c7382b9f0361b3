import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorld, deletions, driverPod, endsWith, submitPod, type Story } from '../worlds/cluster-run-world.js';

describe('a run on the cluster', () => {
  it('answers with Pi, the application and its executors, and leaves nothing behind', async () => {
    const world = createWorld(endsWith({ terminated: { exitCode: 0 } }, 'INFO begin', 'Pi is roughly 3.1415'));
    const outcome = await world.run();
    expect(outcome).toMatchObject({
      pi: 3.1415,
      target: 'cluster',
      appId: 'spark-7',
      executors: [`${outcome.runId}-exec-1`],
    });
    expect(readFileSync(join(outcome.folder, 'driver.log'), 'utf8')).toBe('INFO begin\nPi is roughly 3.1415\n');
    expect(JSON.parse(readFileSync(join(outcome.folder, 'run.json'), 'utf8'))).toMatchObject({ runId: outcome.runId });
    expect(deletions(world.host)).toEqual([expect.stringContaining(`spark-dev/run=${outcome.runId}`)]);
  });

  it('keeps what only its pods know', async () => {
    const world = createWorld(({ id, cluster }) => {
      cluster.writeLog(`${id}-exec-1`, 'of the executor');
      endsWith({ terminated: { exitCode: 0 } }, 'of the driver')({ id, cluster });
    });
    const { folder } = await world.run();
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    expect(read('logs/exec-1.log')).toBe('of the executor\n');
    expect(read('logs/driver.log')).toBe('of the driver\n');
    const pods = JSON.parse(read('pods.json')) as readonly { readonly role: string }[];
    expect(pods.map(({ role }) => role).sort()).toEqual(['driver', 'executor']);
    expect(JSON.parse(read('spec.json'))).toMatchObject({ app: 'sparkpi', context: 'spark-dev', namespace: 'spark' });
    expect(JSON.parse(read('outcome.json'))).toMatchObject({ state: 'succeeded' });
  });

  it('shows what matters of the log, and of stages', async () => {
    const world = createWorld(
      endsWith(
        { terminated: { exitCode: 0 } },
        '26/11/30 18:43:09 INFO SparkContext: Running Spark version 4.3.0',
        '26/11/30 18:43:09 WARN NativeCodeLoader: Unable to load native-hadoop library for your platform',
        '26/11/30 18:43:10 WARN WindowExec: No Partition Defined for Window operation!',
        'printed',
      ),
    );
    const { folder } = await world.run();
    const shown = world.host.ui.lines.filter((line) => /Spark version|WARN|printed/.test(line));
    expect(shown).toEqual(['WARN WindowExec: No Partition Defined for Window operation!', 'printed']);
    expect(readFileSync(join(folder, 'driver.log'), 'utf8').split('\n')).toHaveLength(5);
  });

  it('warns when no executor came, because the program then did all the work in its driver', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      const line = '26/11/30 18:43:09 INFO Executor: Starting executor ID driver on host 10.244.0.7';
      fake.writeLog(`${id}-driver`, line);
      fake.putPod(driverPod(id, { terminated: { exitCode: 0 } }));
    });
    expect((await world.run()).executors).toEqual([]);
    expect(world.host.ui.lines.some((line) => line.startsWith('! ') && line.includes('.master('))).toBe(true);
  });

  it('gives what a framed program printed, and how it ended', async () => {
    const lines = ['\u001d{"frames":1}', 'INFO begin', '\u001fGröße 3', '\u001d/wA='];
    const failed = { terminated: { exitCode: 3, reason: 'Error' } };
    const end = '\u001d{"ended":"python","exitCode":3,"bytes":11}';
    const world = createWorld(endsWith(failed, ...lines, '\u001cTraceback', end));
    const printed: Uint8Array[] = [];
    Object.assign(world.host.ui, { output: (chunk: Uint8Array): unknown => printed.push(chunk) });
    await expect(world.run()).rejects.toMatchObject({
      why: 'It ended by itself, without an exception.',
      facts: { driverExitCode: 3 },
    });
    expect(Buffer.concat(printed)).toEqual(Buffer.concat([Buffer.from('Größe 3\n'), Buffer.from([0xff, 0])]));
    expect(world.host.ui.lines).toContain('Traceback');
  });

  it('gives what a program printed that ran while nobody saw it', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      fake.writeLog(`${id}-driver`, '\u001d{"frames":1}', '\u001fPi is roughly 3.1');
      fake.putPod(driverPod(id, { terminated: { exitCode: 0 } }));
    });
    const printed: Uint8Array[] = [];
    Object.assign(world.host.ui, { output: (chunk: Uint8Array): unknown => printed.push(chunk) });
    expect(await world.run()).toMatchObject({ pi: 3.1 });
    expect(Buffer.concat(printed).toString()).toBe('Pi is roughly 3.1\n');
  });

  it('pins context and kubeconfig on every kubectl and Skaffold call', async () => {
    const world = createWorld(endsWith({ terminated: { exitCode: 0 } }, 'Pi is roughly 3.1'));
    await world.run();
    const calls = world.host.runner.calls.map((call) => call.argv);
    for (const argv of calls.filter(([program]) => program === 'kubectl')) {
      expect(argv).toEqual(expect.arrayContaining(['--kubeconfig=/data/kubeconfig', '--context=spark-dev']));
    }
    expect(calls.find(([program]) => program === 'skaffold')).toContain('--kube-context=spark-dev');
  });

  it('fails with exit 10 and the words of the driver when the driver fails', async () => {
    const world = createWorld(
      endsWith(
        { terminated: { exitCode: 1, reason: 'Error' } },
        'Exception in thread "main" java.lang.IllegalArgumentException: no',
        '\tat a.b',
      ),
    );
    await expect(world.run()).rejects.toMatchObject({
      code: 'JOB_FAILED',
      exitCode: 10,
      why: 'Exception in thread "main" java.lang.IllegalArgumentException: no',
      facts: { driverExitCode: 1 },
    });
    expect(deletions(world.host)).toHaveLength(1);
  });

  it('says that memory was too small when the driver was OOMKilled', async () => {
    const world = createWorld(endsWith({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, 'x'));
    await expect(world.run()).rejects.toMatchObject({
      code: 'JOB_FAILED',
      facts: { driverExitCode: 137, reason: 'OOMKilled' },
    });
  });

  it.each<[string, Story]>([
    [
      'while the submit pod runs',
      ({ id, cluster: fake }) => {
        fake.putPod(submitPod(id, { running: {} }));
      },
    ],
    [
      'while the driver waits',
      ({ id, cluster: fake }) => {
        fake.putPod(driverPod(id, { waiting: { reason: 'ContainerCreating' } }));
      },
    ],
    [
      'while the job runs',
      ({ id, cluster: fake }) => {
        fake.putPod(driverPod(id, { running: {} }));
      },
    ],
  ])('Ctrl-C %s removes the Job first, then the driver, then the rest', async (_phase, story) => {
    const controller = new AbortController();
    const world = createWorld((run) => {
      story(run);
      setTimeout(() => {
        controller.abort();
      }, 10);
    });
    await expect(world.run(controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    const [first, second, third] = deletions(world.host);
    expect(first).toContain('delete job ');
    expect(first).toContain('--cascade=foreground');
    expect(first).toContain('--wait=true');
    expect(second).toContain('spark-role=driver');
    expect(third).toContain('delete pod,configmap');
  });

  it('two runs at once keep apart', async () => {
    const one = createWorld(endsWith({ terminated: { exitCode: 0 } }, 'Pi is roughly 3.1'));
    const [first, second] = await Promise.all([one.run(), one.run()]);
    expect(first.runId).not.toBe(second.runId);
  });
});
