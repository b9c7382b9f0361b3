import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { createFakeMachine } from '../../test/fakes/fake-machine.js';
import { kubectlLine } from '../../test/fakes/fake-runner.js';
import { findPreparedCluster } from './providers.js';
import { cluster } from '../../test/worlds/cluster-run-world.js';
import { noteSparkArgv, readSparkImages, withSpark } from './prepared.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
const readRecord = JSON.stringify({ data: record });

function answering(
  stdout: string,
  end: { readonly exitCode?: number; readonly stderr?: string; readonly hangs?: boolean } = {},
): Parameters<typeof createFakeMachine>[1] {
  return {
    programs: [kubectlLine('/usr/bin/kubectl get configmap spark-dev', { stdout, ...end })],
  };
}

describe('the prepared cluster', () => {
  it('is found with all that a run needs', async () => {
    const { host } = await createFakeMachine({}, answering(readRecord));
    const answer = await findPreparedCluster(host, { provider: undefined });
    expect(answer).toMatchObject({
      found: {
        ...record,
        context: 'spark-dev',
        namespace: 'spark',
        serviceAccount: 'spark',
        skaffold: '/usr/bin/skaffold',
        kubectl: '/usr/bin/kubectl',
      },
    });
    const { childEnv } = (answer as { found: { childEnv: Record<string, string> } }).found;
    expect(childEnv['PATH']?.split(':')[0]).toBe('/usr/bin');
    expect(childEnv['KUBECONFIG']).toMatch(/\/data\/kubeconfig$/);
  });

  it('asks with the pinned kubeconfig and context, and not for long', async () => {
    const { host } = await createFakeMachine({}, answering(readRecord));
    await findPreparedCluster(host, { provider: undefined, timeoutMs: 1500 });
    const asked = host.runner.calls.find(({ argv }) => argv.includes('configmap'));
    expect(asked?.argv.slice(1, 3)).toEqual([
      expect.stringMatching(/^--kubeconfig=.*\/data\/kubeconfig$/),
      '--context=spark-dev',
    ]);
    expect(asked?.argv).toContain('--request-timeout=1500ms');
    expect(asked?.options.timeoutMs).toBe(1500);
  });

  it('reaches the daemon of the cluster', async () => {
    const { host } = await createFakeMachine({}, answering(readRecord));
    const answer = await findPreparedCluster(host, { provider: undefined });
    if (!('found' in answer)) throw new Error(answer.absent);
    expect(await answer.found.dockerEnv(host)).toMatchObject({ DOCKER_HOST: 'tcp://192.168.49.2:2376' });
  });

  it('is absent without a single child where init never ran', async () => {
    const host = createFakeHost();
    expect(await findPreparedCluster(host, { provider: undefined })).toEqual({ absent: 'there is no cluster yet' });
    expect(host.runner.calls).toEqual([]);
  });

  it.each([
    [
      'it is stopped',
      answering('', { exitCode: 1, stderr: 'dial tcp 192.168.49.2:8443: connect: no route to host' }),
      /does not answer/,
    ],
    [
      'it knows this user no more',
      answering('', { exitCode: 1, stderr: 'error: You must be logged in to the server (Unauthorized)' }),
      /refuses this user: error: You must be logged in to the server \(Unauthorized\)/,
    ],
    ['it is slow', answering('', { hangs: true }), /does not answer/],
    [
      'init was cut short',
      answering('', { exitCode: 1, stderr: 'Error from server (NotFound): configmaps "spark-dev" not found' }),
      /not fully prepared/,
    ],
    ['the record is not ours', answering('{"data":{}}'), /not fully prepared/],
  ])('is absent when %s', async (_name, world, reason) => {
    const { host } = await createFakeMachine({}, world);
    expect(await findPreparedCluster(host, { provider: undefined })).toMatchObject({
      absent: expect.stringMatching(reason) as string,
    });
  });
});

const argv = noteSparkArgv(cluster, '3.5.9', 'spark-dev/spark-3.5.9:3.5.9-abc');
const [key = '', image = ''] = argv.at(-2)?.split('=') ?? [];

it('reads the note that it writes, among those of others', () => {
  expect(readSparkImages({ [key]: image, 'spark-dev/namespace': 'team-a' })).toEqual({ '3.5.9': image });
});

it('goes on with the image of the version that is asked for', () => {
  const both = { ...cluster, otherSparks: readSparkImages({ [key]: image }) };
  expect(withSpark(both, '3.5.9')).toEqual({ ...both, sparkImage: image, sparkVersion: '3.5.9' });
  expect(withSpark(both, '4.3.0')).toBe(both);
  expect(withSpark(both, undefined)).toBe(both);
});

it('says how to get a version that the cluster does not have, and refuses one that nobody knows', () => {
  expect(() => withSpark(cluster, '3.5.9')).toThrow(
    expect.objectContaining({ code: 'IMAGE_MISSING', fix: ['spark-dev images build spark-3.5.9'] }) as Error,
  );
  expect(() => withSpark(cluster, '9.9.9')).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});
