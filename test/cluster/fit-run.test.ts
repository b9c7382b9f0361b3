import type { V1Pod } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sparkPods, type JobShape, type PodResources } from '../../src/fit/spark-pods.js';
import { submitJobLauncher } from '../../src/run/launch/submit-job/launch.js';
import { findApplication } from '../../src/job/application.js';
import { readOwnOverlay } from '../../src/overlay/app-overlay.js';
import { resolveJob } from '../../src/job/resolve-job.js';
import { eventually, kubectl, leftovers, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram, startProgram } from '../program/program.js';
import { observeSizes } from '../../src/clusters/minikube/size.js';
import { parseCpuMilli, parseMemoryMb } from '../../src/kube/resources.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

const signal = new AbortController().signal;
const filler = 'fit-run-filler';

afterEach(async () => {
  await kubectl(tools, ['delete', 'pod', filler, '--ignore-not-found', '--grace-period=0', '--force']);
  await eventually('nothing is left of the run', async () => (await leftovers(tools)).length === 0);
});

describe('an executor that finds no room', () => {
  it('is reported within ten seconds with the numbers, and the run goes on when there is room', async () => {
    const { host, cluster } = tools;
    const words = ['run', 'sparkpi', '--target', 'cluster', '--executor-memory', '1500m', '--json', '--', '20'];
    const run = startProgram(words);
    await run.says(/… Run on the cluster/);
    const { free } = await observeSizes(host, cluster.programs, signal);
    // the submit pod and the driver still fit, the executor does not
    await fill((free?.memoryMb ?? 0) - 512 - 896 - 700);
    await run.says(/Not enough free resources for pod \S+-exec-1/);
    const saidAt = Date.now();
    const [line = ''] = await run.says(/! Not enough free resources.*/);
    expect(line).toMatch(
      /It requests .* and 1884 MB; the node has .* and \d+ MB free\. 0\/1 nodes are available: 1 Insufficient memory/,
    );
    const made = await kubectl(tools, [
      'get',
      'pod',
      '-l',
      'spark-role=executor',
      '-o',
      'jsonpath={.items[0].metadata.creationTimestamp}',
    ]);
    expect(saidAt - Date.parse(made)).toBeLessThan(10_000);
    await kubectl(tools, ['delete', 'pod', filler, '--grace-period=0', '--force']);
    await run.says(/\S+-exec-1 can be scheduled now/);
    expect(dataOf(await run.ended)['pi']).toBeCloseTo(Math.PI, 1);
  });
});

describe('two runs at once, with room for one', () => {
  it('run one after the other, and both succeed', async () => {
    const words = [
      'run',
      'sparkpi',
      '--target',
      'cluster',
      '--executor-memory',
      '1500m',
      '--num-executors',
      '2',
      '--json',
    ];
    const runs = [startProgram(words), startProgram(words)];
    await Promise.any(runs.map((run) => run.says(/… Wait for other runs to end/)));
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    for (const end of ends) expect(dataOf(end)['pi']).toBeCloseTo(Math.PI, 1);
    expect(ends.filter(({ stderr }) => stderr.includes('Wait for other runs to end'))).toHaveLength(1);
    const [ran, queued] = ends
      .map((end) => dataOf(end)['durationsMs'] as Readonly<Record<string, number>>)
      .sort((one, other) => (one['queue'] ?? 0) - (other['queue'] ?? 0));
    expect(ran).not.toHaveProperty('queue');
    expect(queued?.['queue']).toBeGreaterThan(0);
  });
});

describe('the pods that real spark-submit makes', () => {
  const named = { cores: 1, requestMilli: 150 } as const;
  it.each<[string, 'scala' | 'python', JobShape]>([
    [
      'a JVM with a factor of its own, a minimum and off-heap memory',
      'scala',
      {
        language: 'jvm',
        driver: { ...named, heapMb: 600, minOverheadMb: 411 },
        executor: { ...named, heapMb: 640, overheadFactor: 0.7, offHeapMb: 64, limitMilli: 900 },
        executors: 2,
      },
    ],
    [
      'a JVM by the default factor',
      'scala',
      {
        language: 'jvm',
        driver: { ...named, heapMb: 512, overheadMb: 300 },
        executor: { ...named, heapMb: 3877 },
        executors: 1,
      },
    ],
    [
      'Python, with memory for its workers',
      'python',
      {
        language: 'python',
        driver: { ...named, heapMb: 1003 },
        executor: { ...named, heapMb: 1108, pysparkMb: 100 },
        executors: 1,
      },
    ],
  ])('ask for what we say: %s', async (_title, language, job) => {
    const { host, cluster } = tools;
    const app = await findApplication(host.directories, 'sparkpi', { lang: language });
    const overlay = await readOwnOverlay(host.directories);
    const { job: sparkJob } = await resolveJob(app, {}, ['2']);
    const run = { app, job: sparkJob, cluster, overlay, fit: { job }, uiPort: undefined, canAsk: false };
    const seen = new Map<string, V1Pod>();
    const enough = new AbortController();
    const kube = await host.kube(cluster);
    const onChange = (pods: readonly V1Pod[]): void => {
      for (const pod of pods) seen.set(pod.metadata?.name ?? '', pod);
      if (seen.size === 1 + job.executors) enough.abort();
    };
    const selection = { namespace: cluster.namespace, labels: 'spark-role' };
    const watched = kube.watchPods(selection, { onChange, onBroken: () => undefined }, enough.signal);
    // what they compute is of no interest here
    const interrupted = submitJobLauncher.launch({ host, ...run, signal: enough.signal });
    await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await watched;
    const byRole = (role: string): readonly PodResources[] =>
      [...seen.values()].filter((pod) => pod.metadata?.labels?.['spark-role'] === role).map(resourcesOf);
    const { driver, executor, executors } = sparkPods(job);
    expect(byRole('driver')).toEqual([driver]);
    expect(byRole('executor')).toEqual(Array.from({ length: executors }, () => executor));
  });
});

describe('a job that is larger than the cluster', () => {
  const large = ['run', 'sparkpi', '--target', 'cluster', '--num-executors', '3', '--executor-memory', '200g'];

  it('is refused with the numbers before anything is built', async () => {
    const { exitCode, stdout } = await runProgram([...large, '--json']);
    expect(exitCode).toBe(6);
    expect((JSON.parse(stdout) as { error: unknown }).error).toMatchObject({
      code: 'RESOURCES_SHORT',
      why: expect.stringMatching(/It needs .*, 3 executors of .* and 220\.0 GB each.*free are/) as string,
      facts: {
        verdict: 'shrink',
        grow: null,
        shrink: ['--num-executors 1', expect.stringMatching(/^--executor-memory \d+m$/)],
      },
    });
  });

  it('runs, as small as it must be, with --fit shrink', async () => {
    const { stderr, ...end } = await runProgram([...large, '--fit', 'shrink', '--json']);
    const data = dataOf({ stderr, ...end });
    expect(data['pi']).toBeCloseTo(Math.PI, 1);
    expect(data['executors']).toHaveLength(1);
    expect(stderr).toMatch(/The job is shrunk to fit: --num-executors 1, --executor-memory \d+m/);
    expect(stderr).not.toContain('Not enough free resources');
  });
});

function resourcesOf(pod: V1Pod): PodResources {
  const { requests = {}, limits = {} } = pod.spec?.containers[0]?.resources ?? {};
  const cpu = limits['cpu'];
  return {
    requests: { cpuMilli: parseCpuMilli(requests['cpu']), memoryMb: parseMemoryMb(requests['memory']) },
    limits: {
      memoryMb: parseMemoryMb(limits['memory']),
      ...(cpu === undefined ? {} : { cpuMilli: parseCpuMilli(cpu) }),
    },
  };
}

async function fill(memoryMb: number): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: filler, labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'pause',
          image: 'registry.k8s.io/pause:3.10.1',
          imagePullPolicy: 'Never',
          resources: { requests: { cpu: '1m', memory: `${String(memoryMb)}Mi` } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
  await kubectl(tools, ['apply', '-f', '-'], stringify(pod));
}
