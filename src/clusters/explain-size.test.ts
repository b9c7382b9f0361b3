import { describe, expect, it } from 'vitest';
import { explainSize } from './explain-size.js';
import type { Resources } from '../kube/resources.js';
import type { ObservedSize } from './observed-size.js';

const room = (cpus: number, memoryMb: number): Resources => ({ cpuMilli: cpus * 1000, memoryMb });
const facts = (
  configured: Resources | undefined,
  limit: Resources | undefined,
  allocatable: Resources | undefined,
): ObservedSize => ({
  configured,
  limit,
  node: allocatable === undefined ? undefined : { capacity: allocatable, allocatable },
  free: undefined,
  host: undefined,
  rooms: [],
});

describe('which figure counts', () => {
  it('says nothing where all agree, as far as rounding goes', () => {
    expect(explainSize(facts(room(2, 6144), room(2, 6144), room(2, 6145)))).toMatchObject({
      counts: room(2, 6144),
      notes: [],
    });
  });

  it('the container, where the node believes that it has the machine', () => {
    const { counts, notes } = explainSize(facts(room(2, 6144), room(2, 6144), room(4, 24_000)));
    expect(counts).toEqual(room(2, 6144));
    expect(notes).toEqual([
      "The container's 2 CPUs (not 4 CPUs) and 6.0 GB (not 23.4 GB) count: the node reports more, but the kernel enforces the limit",
    ]);
  });

  it('the node, where it offers less than the container has', () => {
    const { counts, notes } = explainSize(facts(room(2, 6144), room(2, 6144), room(2, 4096)));
    expect(counts).toEqual(room(2, 4096));
    expect(notes).toEqual([
      expect.stringMatching(/^The node's 4\.0 GB \(not 6\.0 GB\) count: the scheduler uses no more/),
    ]);
  });

  it('the container, where the profile still says its first size', () => {
    expect(explainSize(facts(room(2, 4096), room(2, 6144), room(2, 6144))).notes).toEqual([
      expect.stringMatching(
        /^The container's 2 CPUs and 6\.0 GB count, not the 2 CPUs and 4\.0 GB in minikube's profile/,
      ),
    ]);
  });

  it('the profile, where nothing else is known', () => {
    expect(explainSize(facts(room(2, 4096), undefined, undefined)).counts).toEqual(room(2, 4096));
    expect(explainSize(facts(undefined, undefined, undefined))).toEqual({
      counts: undefined,
      notes: [],
      comparison: undefined,
    });
  });
});

it.each([
  [2, 6144, "1 CPU below Spark's minimum (3 CPUs and 4.0 GB; recommended 5 CPUs and 6.0 GB): keep jobs small"],
  [
    2,
    2048,
    "1 CPU and 2.0 GB below Spark's minimum (3 CPUs and 4.0 GB; recommended 5 CPUs and 6.0 GB): keep jobs small",
  ],
  [3, 4096, 'enough for Spark (3 CPUs and 4.0 GB); 5 CPUs and 6.0 GB are recommended'],
  [5, 6144, "meets Spark's recommendation (5 CPUs and 6.0 GB)"],
])('%d CPUs and %d MB are %s', (cpus, memoryMb, comparison) => {
  expect(explainSize(facts(undefined, room(cpus, memoryMb), undefined)).comparison).toBe(comparison);
});
