import { createServer, type AddressInfo, type Server } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually, kubectl, leftovers, runWithClaim, type ClusterTools } from './cluster-tools.js';
import { watchArguments } from '../program/processes.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram, startProgram } from '../program/program.js';
import { listenOnLoopback, findPortHolder } from '../../src/kube/port-forward/local-port.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

const noLeftovers = (): Promise<void> =>
  eventually('nothing is left of the run', async () => (await leftovers(tools)).length === 0);

describe('spark-dev run sparkpi on the real cluster', () => {
  it('shows driver, executor and UI while it runs, and gives N tasks for the argument N', async () => {
    const slices = 2000;
    const secret = 'SeNtInEl';
    const stopWatching = watchArguments(secret);
    const run = startProgram(['run', 'sparkpi', '--target', 'cluster', '--json', '--', String(slices)], {
      SPARK_DEV_CONF: [
        `spark.probe.secret=${secret}`,
        ...['driver', 'executor'].map((role) => `spark.${role}.extraJavaOptions=-Dprobe.secret=${secret}`),
      ].join('\n'),
    });
    const [, url = ''] = await run.says(/Spark UI:?\s+(http:\/\/127\.0\.0\.1:\d+)/);
    const applications = (await (await fetch(`${url}/api/v1/applications`)).json()) as readonly { id: string }[];
    await eventually('driver and executor run', async () => {
      const phases = await kubectl(tools, [
        'get',
        'pods',
        '-l',
        'spark-role',
        '-o',
        'jsonpath={range .items[*]}{.metadata.labels.spark-role}={.status.phase} {end}',
      ]);
      return phases.includes('driver=Running') && phases.includes('executor=Running');
    });
    const jobLabels = await kubectl(tools, [
      'get',
      'job',
      '-l',
      'spark-dev/run',
      '-o',
      'jsonpath={.items[*].metadata.labels}',
    ]);
    expect(jobLabels).toContain('skaffold.dev/run-id');

    const data = dataOf(await run.ended);
    // in the pods too, where this machine is the node
    expect(stopWatching()).toEqual([]);
    expect(data).toMatchObject({ target: 'cluster', ui: { url }, appId: applications[0]?.id });
    expect(data['pi']).toBeCloseTo(Math.PI, 2);
    expect(data['executors']).toHaveLength(1);
    const tasks = await runWithClaim(
      tools,
      'spark-events',
      `grep -c SparkListenerTaskEnd /claim/${String(data['appId'])}`,
    );
    expect(Number(tasks)).toBe(slices);
    await noLeftovers();
  });

  it('ends with the Pi line on stdout, for Python too', async () => {
    const end = await runProgram(['run', 'sparkpi', '--target', 'cluster', '--lang', 'python']);
    expect(end.stderr).not.toContain('error');
    expect(end.exitCode).toBe(0);
    expect(end.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Pi is roughly 3\.14/);
  });

  it('exits with 10 and the words of the driver when the driver fails', async () => {
    const end = await runProgram(['run', 'sparkpi', '--target', 'cluster', '--json', '--', 'no-number']);
    expect(end.exitCode).toBe(10);
    const { error } = JSON.parse(end.stdout) as {
      error: { code: string; why: string; facts: { driverExitCode: number } };
    };
    expect(error).toMatchObject({ code: 'JOB_FAILED', facts: { driverExitCode: 2 } });
    expect(error.why).toContain("not 'no-number'");
    await noLeftovers();
  });

  it('takes the next free UI port and says who holds 4040; a port asked for is strict', async () => {
    const holder = await hold(4040);
    try {
      const { stderr, ...end } = await runProgram(['run', 'sparkpi', '--target', 'cluster', '--json']);
      expect(dataOf({ stderr, ...end })).toMatchObject({ ui: { url: 'http://127.0.0.1:4041' } });
      expect(stderr).toMatch(/Port 4040 is taken by .*pid \d+/);
      const strict = await runProgram(['run', 'sparkpi', '--target', 'cluster', '--ui-port', '4040']);
      expect(strict.exitCode).toBe(9);
    } finally {
      holder.close();
    }
  });

  it('two runs at once both succeed', async () => {
    const words = ['run', 'sparkpi', '--target', 'cluster', '--json'];
    const [one, two] = (await Promise.all([runProgram(words), runProgram(words)])).map(dataOf);
    expect(one?.['runId']).not.toBe(two?.['runId']);
    expect(one?.['pi']).toBe(two?.['pi']);
    await noLeftovers();
  });
});

describe('Ctrl-C on the real cluster', () => {
  it.each([
    ['while Skaffold builds', /… Build and deploy/, ['2000']],
    ['while the submit pod starts', /… Run on the cluster/, ['2000']],
    ['while the job runs', /Spark UI/, ['20000']],
  ])('%s leaves no pod, no forward and no process', async (_phase, moment, args) => {
    const run = startProgram(['run', 'sparkpi', '--target', 'cluster', '--', ...args]);
    await run.says(moment);
    run.child.kill('SIGINT');
    const end = await run.ended;
    expect(end.exitCode).toBe(130);
    expect((await leftovers(tools)).filter((name) => name.startsWith('pod/'))).toEqual([]);
    expect(await findPortHolder(4040)).toBeUndefined();
    const ours = await tools.host.runner.run(['pgrep', '-f', 'skaffold run --filename'], { accept: [1] });
    expect(ours.stdout).toBe('');
    await noLeftovers();
  });
});

async function hold(port: number): Promise<Server> {
  const server = createServer();
  await listenOnLoopback(server, port);
  expect((server.address() as AddressInfo).port).toBe(port);
  return server;
}
