import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { createWorld, driverPod, endsWith, type World } from '../worlds/cluster-run-world.js';

const crowded = (pod: V1Pod): V1Pod => {
  const message = '0/1 nodes are available: 1 Insufficient memory.';
  return {
    ...pod,
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1', memory: '5000Mi' } } }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    },
  };
};

const said = (world: World): string => world.host.ui.lines.join('\n');

describe('a run whose pod finds no room', () => {
  it('is told in numbers, and goes on when room appears, however late', async () => {
    const world = createWorld((run) => {
      run.cluster.putPod(crowded(driverPod(run.id, {})));
      // three minutes of this world, more than a driver may take to start
      setTimeout(() => {
        run.cluster.putPod({
          ...driverPod(run.id, { waiting: { reason: 'ContainerCreating' } }),
          spec: { containers: [] },
        });
        setTimeout(() => {
          endsWith({ terminated: { exitCode: 0 } }, 'Pi is roughly 3.14')(run);
        }, 30);
      }, 180);
    });
    expect((await world.run()).pi).toBe(3.14);
    expect(said(world)).toMatch(
      /! Not enough free resources for pod sparkpi-.*-driver\. It requests 1 CPU and 4\.9 GB; the node has 2 CPUs and 5\.9 GB free\. 0\/1 nodes/,
    );
    expect(said(world)).toContain('The run waits for free resources, at most 5 minutes');
    expect(said(world)).toMatch(/sparkpi-.*-driver can be scheduled now/);
  });

  it('gives up after five minutes, with the same numbers', async () => {
    const world = createWorld(({ id, cluster }) => {
      cluster.putPod(crowded(driverPod(id, {})));
    });
    await expect(world.run()).rejects.toMatchObject({
      code: 'RESOURCES_SHORT',
      exitCode: 6,
      why: expect.stringContaining('It requests 1 CPU and 4.9 GB') as string,
      facts: { asks: { cpuMilli: 1000, memoryMb: 5000 } },
    });
  });
});
