import { describe, expect, it } from 'vitest';
import { recorded } from '../fakes/recorded.js';
import { cluster, createWorld, deletions, driverPod, submitPod } from '../worlds/cluster-run-world.js';

describe('a run on the cluster in trouble', () => {
  it('reports an image that is not in the cluster at once, and removes the run', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      fake.putPod(submitPod(id, { waiting: { reason: 'ErrImagePull', message: 'no such host' } }));
    });
    await expect(world.run()).rejects.toMatchObject({ code: 'IMAGE_MISSING', exitCode: 7, why: 'no such host' });
    expect(deletions(world.host)).toHaveLength(3);
  });

  it('notices when Skaffold built on another daemon', async () => {
    const world = createWorld(
      () => undefined,
      [{ argv: ['docker', 'image', 'inspect'], exitCode: 1, stderr: 'Error: No such image' }],
    );
    await expect(world.run()).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });

  it.each([{ hangs: true }, { exitCode: 1, stderr: 'retrieving image: dial tcp: lookup index.docker.io' }])(
    'does not let Skaffold look for a Spark image that is not in the cluster: %j',
    async (build) => {
      const world = createWorld(
        () => undefined,
        [
          { argv: ['skaffold', 'run'], ...build },
          {
            argv: ['docker', 'image', 'inspect'],
            exitCode: 1,
            stderr: 'Error: No such image',
            // Skaffold may be faster
            does: () => new Promise((resolve) => setTimeout(resolve, 50)),
          },
        ],
      );
      await expect(world.run()).rejects.toMatchObject({ code: 'IMAGE_MISSING', facts: { image: cluster.sparkImage } });
    },
  );

  it('says which words of the API server ended a deployment', async () => {
    const refusal = 'Error from server (Forbidden): error when creating "STDIN": exceeded quota';
    const world = createWorld(
      () => undefined,
      [
        {
          argv: ['skaffold', 'run'],
          exitCode: 1,
          stdout: `Starting deploy...\n - ${refusal}\n`,
          stderr: 'kubectl apply: exit status 1',
        },
      ],
    );
    await expect(world.run()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      why: `${refusal}\nkubectl apply: exit status 1`,
    });
  });

  it('calls a failed build a failed build, with the log of Skaffold', async () => {
    const world = createWorld(
      () => undefined,
      [{ argv: ['skaffold', 'run'], exitCode: 1, stderr: 'build [spark-dev-app] failed: exit 2' }],
    );
    await expect(world.run()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      exitCode: 7,
      log: expect.stringContaining('skaffold.log') as string,
    });
  });

  it('tells when the cluster stops answering', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      fake.putPod(driverPod(id, { running: {} }));
      fake.breakWatches('connect ECONNREFUSED');
    });
    await expect(world.run()).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      exitCode: 5,
      why: 'connect ECONNREFUSED',
    });
  });

  it('tells when somebody deletes the driver', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      fake.putPod(driverPod(id, { running: {} }));
      setTimeout(() => {
        fake.deletePod('spark', `${id}-driver`);
      }, 10);
    });
    await expect(world.run()).rejects.toMatchObject({ code: 'JOB_FAILED', exitCode: 10 });
  });

  it('a removal that fails does not keep the rest from being removed', async () => {
    const world = createWorld(
      ({ id, cluster: fake }) => {
        fake.putPod(submitPod(id, { terminated: { exitCode: 101, reason: 'Error' } }));
      },
      [
        {
          argv: [
            'kubectl',
            '--kubeconfig=/data/kubeconfig',
            '--context=spark-dev',
            '--namespace=spark',
            'delete',
            'job',
          ],
          exitCode: 1,
          stderr: 'timed out',
        },
      ],
    );
    await expect(world.run()).rejects.toMatchObject({ code: 'JOB_FAILED' });
    expect(deletions(world.host)).toHaveLength(3);
    expect(world.host.ui.lines.join('\n')).toMatch(/Could not remove run \S+ from the cluster: timed out/);
  });

  it('fails when spark-submit fails before there is a driver', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      fake.putPod(submitPod(id, { terminated: { exitCode: 101, reason: 'Error' } }));
    });
    await expect(world.run()).rejects.toMatchObject({
      code: 'JOB_FAILED',
      what: 'spark-submit failed before it created a driver',
    });
  });

  it('says that it was the DNS', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      const pod = submitPod(id, { terminated: { exitCode: 1, reason: 'Error' } });
      fake.writeLog(pod.metadata?.name ?? '', ...recorded('spark/dns-silent').stdout.split('\n'));
      fake.putPod(pod);
    });
    await expect(world.run()).rejects.toMatchObject({ code: 'JOB_FAILED', fix: ['Run it again', expect.anything()] });
  });

  it('does not wait for ever for a driver', async () => {
    const world = createWorld(({ id, cluster: fake }) => {
      fake.putPod(submitPod(id, { running: {} }));
    });
    await expect(world.run()).rejects.toMatchObject({
      code: 'TIMED_OUT',
      why: 'There is no driver pod; the submit pod: running.',
    });
  });
});
