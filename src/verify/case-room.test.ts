import { describe, expect, it } from 'vitest';
import { caseRoom, fitCase, nextThatFits } from './case-room.js';
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
    expect(caseRoom(find(id), heapMb).memoryMb).toBe(memoryMb);
  });
});

describe('fitCase', () => {
  const room = (memoryMb: number) => ({ cpuMilli: 1000, memoryMb });

  it("takes the suite's heaps where they fit, and smaller ones where only those do", () => {
    expect(fitCase(find('X1'), room(6000))).toMatchObject({ heapMb: 1024 });
    expect(fitCase(find('X1'), room(5700))).toMatchObject({ heapMb: 512 });
  });

  it('says what is missing where nothing fits', () => {
    expect(fitCase(find('X1'), room(3000))).toEqual({
      unfit: 'It needs 0.40 CPUs and 3.5 GB, and the cluster has 1 CPU and 2.9 GB free',
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
  ])('is %s', (_what, waiting, running, atOnce, index) => {
    expect(nextThatFits(rooms(...waiting), rooms(...running), free, atOnce)).toBe(index);
  });
});
