import { describe, expect, it } from 'vitest';
import { leastMemoryMb, planResize, sizeNow, type ResizeInputs } from './plan.js';

const file = '/profiles/spark-dev/config.json';
const room = (cpus: number, memoryMb: number): NonNullable<ResizeInputs['limit']> => ({
  cpuMilli: cpus * 1000,
  memoryMb,
  withSwap: 'same',
});
const running: ResizeInputs = {
  state: 'running',
  host: { cpus: 4, memoryMb: 16_384 },
  configured: { cpus: 2, memoryMb: 4096, reserved: 'cpu=2,memory=12288Mi' },
  limit: room(2, 4096),
  node: room(2, 4096),
  inUse: { requests: { cpuMilli: 850, memoryMb: 240 }, usedMb: 1500, ownMb: 400 },
};

function planned(facts: ResizeInputs, request: Parameters<typeof planResize>[1]): readonly string[] {
  return planResize(facts, request, file).steps.map(({ id }) => id);
}

function refusal(facts: Partial<ResizeInputs>, request: Parameters<typeof planResize>[1]): unknown {
  try {
    return planResize({ ...running, ...facts }, request, file).steps;
  } catch (error) {
    return error;
  }
}

describe('what a resize takes', () => {
  it('all three places, with what each said before', () => {
    const { before, target, steps } = planResize(running, { memoryMb: 6144 }, file);
    expect(before).toEqual({ cpus: 2, memoryMb: 4096 });
    expect(target).toEqual({ cpus: 2, memoryMb: 6144, reserved: 'cpu=2,memory=10240Mi' });
    expect(steps.map(({ title, why }) => `${title}: ${why}`)).toEqual([
      'Limit the node container to 2 CPUs and 6.0 GB: its limit is 2 CPUs and 4.0 GB',
      `Write CPUs 2, Memory 6144, system-reserved cpu=2,memory=10240Mi into ${file}: it has CPUs 2, Memory 4096, system-reserved cpu=2,memory=12288Mi, and the next start uses it`,
      'Make the node offer 2 CPUs and 6.0 GB: it offers 2 CPUs and 4.0 GB to pods',
    ]);
  });

  it('nothing when it is so already', () => {
    expect(planned(running, {})).toEqual([]);
    expect(planned(running, { cpus: 2, memoryMb: 4096 })).toEqual([]);
  });

  it.each([
    ['limit', { limit: room(2, 2048) }],
    ['limit', { limit: room(0, 0) }],
    ['profile', { configured: { ...running.configured, memoryMb: 6144 } }],
    ['profile', { configured: { ...running.configured, reserved: '' } }],
    ['kubelet', { node: room(4, 16_384) }],
  ])('only the %s where only that is stale: %j', (id, stale) => {
    expect(planned({ ...running, ...stale }, { cpus: 2, memoryMb: 4096 })).toEqual([id]);
  });

  it('no kubelet where none runs: minikube writes its flags at the next start', () => {
    const stopped = { ...running, state: 'stopped', node: undefined, inUse: undefined } as const;
    expect(planned(stopped, { memoryMb: 6144 })).toEqual(['limit', 'profile']);
  });

  it('does not mind a MiB that Docker and kubelet round differently', () => {
    expect(planned({ ...running, node: room(2, 4097) }, {})).toEqual([]);
    expect(planned({ ...running, node: room(2, 4098) }, {})).toEqual(['kubelet']);
  });
});

describe('the size that it has', () => {
  it.each([
    ['the limit counts', room(3, 5000), { cpus: 3, memoryMb: 5000 }],
    ['a part of a CPU is one', room(1.5, 5000), { cpus: 2, memoryMb: 5000 }],
    ['without limit the profile counts', room(0, 0), { cpus: 2, memoryMb: 4096 }],
    ['without container too', undefined, { cpus: 2, memoryMb: 4096 }],
  ])('%s', (_name, limit, size) => {
    expect(sizeNow({ ...running, limit })).toEqual(size);
  });
});

describe('what is refused', () => {
  it.each([
    ['more memory than the machine has', { memoryMb: 16_385 }, /only 4 CPUs and 16\.0 GB/],
    ['more CPUs than the machine has', { cpus: 5 }, /only 4 CPUs/],
    ['less than minikube needs', { memoryMb: 1799 }, /too little/],
    ['one CPU', { cpus: 1 }, /too little/],
    ['no memory', { memoryMb: 0 }, /too little/],
    ['less than none', { cpus: -2 }, /too little/],
  ])('%s', (_name, request, what) => {
    expect(refusal({}, request)).toMatchObject({
      code: 'RESOURCES_SHORT',
      what: expect.stringMatching(what) as string,
    });
  });

  it('less memory than pods ask for beside what the node itself takes', () => {
    const inUse = { requests: { cpuMilli: 850, memoryMb: 2500 }, usedMb: 900, ownMb: 400 };
    expect(leastMemoryMb(inUse)).toBe(3156);
    expect(refusal({ inUse }, { memoryMb: 3155 })).toMatchObject({
      code: 'RESOURCES_SHORT',
      fix: [expect.stringContaining('--memory 3156m'), expect.any(String) as string],
    });
    expect(planned({ ...running, inUse }, { memoryMb: 3156 })).toHaveLength(3);
  });

  it('less memory than is taken in truth, whatever pods asked for', () => {
    const inUse = { requests: { cpuMilli: 850, memoryMb: 240 }, usedMb: 3000, ownMb: 400 };
    expect(refusal({ inUse }, { memoryMb: 3255 })).toMatchObject({ code: 'RESOURCES_SHORT' });
    expect(planned({ ...running, inUse }, { memoryMb: 3256 })).toHaveLength(3);
  });

  it('fewer CPUs than pods ask for', () => {
    const wide = { limit: room(4, 4096), node: room(4, 4096), configured: { cpus: 4, memoryMb: 4096, reserved: '' } };
    const inUse = { requests: { cpuMilli: 2001, memoryMb: 240 }, usedMb: 900, ownMb: 400 };
    expect(refusal({ ...wide, inUse }, { cpus: 2 })).toMatchObject({
      code: 'RESOURCES_SHORT',
      fix: ['spark-dev cluster resize --cpus 3', expect.any(String) as string],
    });
  });

  it('nothing of that when it grows, even out of need', () => {
    const inUse = { requests: { cpuMilli: 850, memoryMb: 5000 }, usedMb: 4090, ownMb: 400 };
    expect(planned({ ...running, inUse }, { memoryMb: 5000 })).toHaveLength(3);
  });

  it.each(['paused', 'broken', 'orphaned', 'absent'] as const)('one that is %s', (state) => {
    expect(refusal({ state }, { memoryMb: 6144 })).toMatchObject({ exitCode: 5 });
  });
});
