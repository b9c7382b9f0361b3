import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { requireService } from '../../src/services/submit/require-service.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { cluster } from './cluster-run-world.js';

const labels = { 'spark-dev/service': 'submit', 'spark-dev/role': 'service' };
const podOf = (name: string, image: string): object => ({
  kind: 'Pod',
  metadata: { name, namespace: 'spark', uid: name, labels, creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { containers: [{ image }] },
  status: { containerStatuses: [{ ready: true, restartCount: 0 }] },
});
const serviceOf = (name: string, image: string): string => {
  const spec = { template: { spec: { containers: [{ image, resources: { limits: { memory: '2048Mi' } } }] } } };
  const metadata = { name: 'spark-dev-submit', namespace: 'spark', creationTimestamp: '2026-01-01T00:00:00Z' };
  return JSON.stringify({ items: [{ kind: 'Deployment', metadata, spec }, podOf(name, image)] });
};

/** A pod with another Spark, in which so many looks find a spark-submit. */
function createWorld(busyLooks: number): FakeHost {
  const fake = createFakeCluster();
  let [image, name] = ['spark:old', 'submit-old'];
  let looks = 0;
  return createFakeHost({
    kube: () => Promise.resolve(fake.kube),
    programs: [
      {
        argv: ['kubectl'],
        matches: (argv) => argv.includes('get'),
        answers: () => ({ stdout: serviceOf(name, image) }),
      },
      {
        argv: ['kubectl'],
        matches: (argv) => argv.includes('exec'),
        answers: () => ({ stdout: looks++ < busyLooks ? 'line-7' : '' }),
      },
      {
        argv: ['kubectl'],
        matches: (argv) => argv.includes('apply'),
        does: (_argv, { input = '' }) => {
          [image, name] = [cluster.sparkImage, 'submit-new'];
          const status = { name: 'submit', image, imageID: '', ready: true, restartCount: 0, state: { running: {} } };
          const { items } = JSON.parse(input) as { items: [{ spec: { template: Required<V1PodTemplateSpec> } }] };
          const { metadata, spec } = items[0].spec.template;
          fake.putPod({
            metadata: { ...metadata, name, namespace: 'spark' },
            spec,
            status: { containerStatuses: [status] },
          });
        },
      },
    ],
  });
}

const request = (host: FakeHost): ReturnType<typeof requireService> =>
  requireService({ host, cluster, signal: new AbortController().signal }, false);
const applied = (host: FakeHost): number => host.runner.calls.filter(({ argv }) => argv.includes('apply')).length;

describe('a standing pod with another Spark', () => {
  it('is replaced when what is being submitted from it is through, and that and why is said', async () => {
    const host = createWorld(3);
    expect((await request(host)).pod.name).toBe('submit-new');
    expect(host.runner.calls.filter(({ argv }) => argv.includes('exec'))).toHaveLength(4);
    expect(host.ui.lines).toContain(
      `Replacing the submit pod: it runs spark:old, but this job needs ${cluster.sparkImage}`,
    );
  });

  it('stays where that goes on and on', async () => {
    const host = createWorld(Infinity);
    await expect(request(host)).rejects.toMatchObject({ code: 'IN_USE', why: 'Still running in it: line-7.' });
    expect(applied(host)).toBe(0);
  });
});

it('of the runs in a pod those count whose program is there', () => {
  const runs = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
  const put = (run: string, files: Record<string, string>): void => {
    mkdirSync(join(runs, run));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(runs, run, name), `${text}\n`);
  };
  const sleeper = spawn('sleep', ['60']);
  const gone = spawnSync('true').pid;
  put('alive', { pid: String(sleeper.pid) });
  put('ended', { pid: String(sleeper.pid), 'exit-code': '0' });
  put('cut-off', { pid: String(gone) });
  put('staged', {});
  const { stdout, status } = spawnSync('bash', ['kustomize/pods/process-list.sh', runs], { encoding: 'utf8' });
  sleeper.kill();
  expect([stdout, status]).toEqual(['alive\n', 0]);
});
