import { describe, expect, it } from 'vitest';
import { caseCapacity, fitCase, nextThatFits } from './case-capacity.js';
import type { VerifyCase } from './case.js';
import { verifyCases } from './cases.js';

function find(id: string): VerifyCase {
  const found = verifyCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

describe('caseRoom', () => {
  it.each([
    ['B2', 1024, 2 * 1408],
    // the submit pod beside the driver is more than the driver alone
    ['B1', 1024, 1408 + 512],
    ['P1', 1024, 2 * 1433],
    ['M1', 1024, 1408 + 2 * 884],
    ['X1', 1024, 4 * 1433],
    ['X1', 512, 4 * 896],
    ['PV1', 1024, 2 * 1408 + 2 * 128],
  ])('%s with heaps of %i MB takes %i MB', (id, heapMb, memoryMb) => {
    expect(caseCapacity(find(id), heapMb).memoryMb).toBe(memoryMb);
  });
});

describe('fitCase', () => {
  const room = (memoryMb: number) => ({ cpuMilli: 1000, memoryMb });
  const ground = (freeMb: number, wholeMb: number) => ({ free: room(freeMb), whole: room(wholeMb) });

  it.each([
    ["the suite's heaps where they fit", 6000, 6000, 1024],
    ['smaller ones where only those fit', 5700, 6000, 512],
    ['smaller ones that wait for room where others have it now', 700, 6000, 512],
  ])('takes %s', (_what, freeMb, wholeMb, heapMb) => {
    expect(fitCase(find('X1'), ground(freeMb, wholeMb))).toMatchObject({ heapMb });
  });

  it('says what is missing where nothing would ever fit', () => {
    expect(fitCase(find('X1'), ground(3000, 3000))).toEqual({
      unfit: 'It needs 0.40 CPUs and 3.5 GB, but the cluster has 1 CPU and 2.9 GB',
    });
  });
});

describe('nextThatFits', () => {
  const rooms = (...sizes: readonly number[]) => sizes.map((memoryMb) => ({ cpuMilli: 100, memoryMb }));
  const free = { cpuMilli: 1000, memoryMb: 6000 };

  it.each<[string, readonly number[], readonly number[], number, number | undefined]>([
    ['the first where nothing runs', [5000, 1000], [], 2, 0],
    ['one further behind where the first does not fit beside', [5000, 1000], [3000], 2, 1],
    ['none where nothing fits beside', [5000, 4000], [3000], 2, undefined],
    ['none where enough run', [10], [10, 10], 2, undefined],
    ['none where none waits', [], [10], 2, undefined],
    ['none where none waits and none runs', [], [], 2, undefined],
    ['one that waits for room while no case runs', [7000], [], 2, 0],
    ['rather one that fits at once', [7000, 1000], [], 2, 1],
  ])('is %s', (_what, waiting, running, atOnce, index) => {
    expect(nextThatFits(rooms(...waiting), rooms(...running), free, atOnce)).toBe(index);
  });
});
