import { describe, expect, it } from 'vitest';
import type { NodeResources } from '../../kube/node-resources.js';
import type { Resources } from '../../kube/resources.js';
import type { ObservedSize } from '../../clusters/observed-size.js';
import { explainSchedulingShortage, type ShortageTrouble } from './scheduling-shortage.js';

const trouble: ShortageTrouble = {
  kind: 'unschedulable',
  pod: 'e',
  what: 'no room for e',
  why: '0/1 nodes are available: 1 Insufficient memory.',
  asks: { cpuMilli: 500, memoryMb: 3000 },
};
const size: Resources = { cpuMilli: 2000, memoryMb: 6144 };
const room = (free: Resources): NodeResources => ({ name: 'n', free, allocatable: size, capacity: size });
const facts = (host: Resources | undefined, ...free: readonly Resources[]): ObservedSize => ({
  configured: size,
  limit: size,
  node: { capacity: size, allocatable: size },
  free: undefined,
  host,
  rooms: free.map(room),
});
const free: Resources = { cpuMilli: 1000, memoryMb: 2100 };

describe('why a pod finds no room', () => {
  it('is what it asks for, what is free, and the size that would do', () => {
    const { why, fix } = explainSchedulingShortage(
      trouble,
      facts({ cpuMilli: 4000, memoryMb: 16_384 }, free),
      'spark-dev',
    );
    expect(why).toBe(
      'It requests 0.50 CPUs and 2.9 GB; the node has 1 CPU and 2.1 GB free. 0/1 nodes are available: 1 Insufficient memory.',
    );
    expect(fix[0]).toBe('spark-dev cluster resize --cpus 2 --memory 7g   # the run continues');
  });

  it('offers no size that the host does not have', () => {
    const { fix } = explainSchedulingShortage(trouble, facts({ cpuMilli: 2000, memoryMb: 6500 }, free), 'spark-dev');
    expect(fix.join('\n')).not.toContain('resize');
    expect(fix[0]).toContain('kubectl --context spark-dev get pods');
  });

  it('is none where a selector rules every node out: no size would help', () => {
    const why = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
    const { fix, ...shortage } = explainSchedulingShortage(
      { ...trouble, why },
      facts({ cpuMilli: 4000, memoryMb: 16_384 }, free),
      'x',
    );
    expect(shortage.why).toBe(why);
    expect(fix.join('\n')).not.toContain('resize');
    expect(fix[0]).toContain('kubectl --context x get nodes --show-labels');
  });

  it('compares with the roomiest of several nodes', () => {
    const { why } = explainSchedulingShortage(
      trouble,
      facts(undefined, { cpuMilli: 100, memoryMb: 900 }, free),
      'spark-dev',
    );
    expect(why).toContain('no node has more than 1 CPU and 2.1 GB free');
  });

  it('says what it asks for where the cluster cannot be looked at', () => {
    const silent: ObservedSize = { ...facts(undefined), node: undefined };
    expect(explainSchedulingShortage(trouble, silent, 'spark-dev').why).toBe(
      'It requests 0.50 CPUs and 2.9 GB. 0/1 nodes are available: 1 Insufficient memory.',
    );
  });
});
