import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { readNodeResources, readPodRequest } from './node-resources.js';

const node = (more: Partial<V1Node> = {}): V1Node => ({
  metadata: { name: 'n' },
  status: { capacity: { cpu: '4', memory: '16Gi' }, allocatable: { cpu: '2', memory: '6000Mi' } },
  ...more,
});
const asks = (cpu: string, memory: string) => ({ name: 'c', resources: { requests: { cpu, memory } } });
const pod = (phase: string, nodeName = 'n'): V1Pod => ({
  status: { phase },
  spec: { nodeName, containers: [asks('250m', '100Mi')] },
});

const freeOf = (pods: readonly V1Pod[], limit?: { cpuMilli: number; memoryMb: number }) =>
  readNodeResources([node()], pods, limit)[0]?.free;

describe('the room on a node', () => {
  it('is allocatable less the requests of the pods on it that have not ended', () => {
    const pods = [pod('Running'), pod('Pending'), pod('Succeeded'), pod('Failed'), pod('Running', 'another')];
    expect(freeOf(pods)).toEqual({ cpuMilli: 1500, memoryMb: 5800 });
  });

  it('a pod that waits for a node takes no room yet', () => {
    expect(freeOf([{ status: { phase: 'Pending' }, spec: { containers: [asks('1', '1Gi')] } }])).toEqual({
      cpuMilli: 2000,
      memoryMb: 6000,
    });
  });

  it('the container of the node has the last word where it has less', () => {
    expect(freeOf([pod('Running')], { cpuMilli: 1000, memoryMb: 4096 })).toEqual({ cpuMilli: 750, memoryMb: 3996 });
    expect(freeOf([pod('Running')], { cpuMilli: 8000, memoryMb: 99_999 })).toEqual({ cpuMilli: 1750, memoryMb: 5900 });
  });

  it('is never less than nothing', () => {
    expect(freeOf([pod('Running')], { cpuMilli: 100, memoryMb: 50 })).toEqual({ cpuMilli: 0, memoryMb: 0 });
  });

  it('counts parts of a MiB before it rounds', () => {
    const [room] = readNodeResources(
      [node({ status: { allocatable: { cpu: '2', memory: '1025Ki' } } })],
      [{ status: {}, spec: { nodeName: 'n', containers: [asks('0', '1')] } }],
    );
    expect(room?.free.memoryMb).toBe(1);
  });

  it.each<[string, Partial<V1Node>, number]>([
    ['cordoned', { spec: { unschedulable: true } }, 0],
    ['out of disk', { spec: { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] } }, 0],
    ['better left alone', { spec: { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] } }, 1],
  ])('a node that is %s', (_title, more, rooms) => {
    expect(readNodeResources([node(more)], [])).toHaveLength(rooms);
  });
});

describe('what a pod asks for', () => {
  it('init containers run one by one, before the others', () => {
    const spec = { containers: [asks('100m', '100Mi')], initContainers: [asks('300m', '50Mi'), asks('1m', '400Mi')] };
    expect(readPodRequest({ spec })).toEqual({ cpuMilli: 300, memoryMb: 400 });
  });

  it('init containers that stay add up with all that comes after', () => {
    const sidecar = { ...asks('200m', '200Mi'), restartPolicy: 'Always' };
    const spec = { containers: [asks('100m', '100Mi')], initContainers: [sidecar, asks('300m', '50Mi')] };
    expect(readPodRequest({ spec })).toEqual({ cpuMilli: 500, memoryMb: 300 });
  });

  it('what its runtime takes comes on top', () => {
    expect(
      readPodRequest({ spec: { containers: [asks('100m', '1Mi')], overhead: { cpu: '50m', memory: '9Mi' } } }),
    ).toEqual({ cpuMilli: 150, memoryMb: 10 });
  });
});
