import { describe, expect, it } from 'vitest';
import { readJobSize } from './job-size.js';

it('what nobody said is not there', () => {
  expect(readJobSize({})).toEqual({});
});

it.each(['2g', '2G', '2gb', '2Gi', '2GiB', '2048', '2048m', '2048mb', '2048Mi', ' 2 g '])('%j is 2 GiB', (text) => {
  expect(readJobSize({ driverMemory: text, executorMemory: text })).toEqual({
    driverMemoryMb: 2048,
    executorMemoryMb: 2048,
  });
});

it('counts are whole numbers', () => {
  expect(readJobSize({ numExecutors: '3', executorCores: '2', driverCores: '1' })).toEqual({
    executors: 3,
    executorCores: 2,
    driverCores: 1,
  });
});

describe('what is refused', () => {
  it.each(['0', '-1g', '511m', '1k', '', 'a lot', '1g2', 'NaN', 'Infinity', '1e3', '99999999g', '-Xmx1g', '１g'])(
    'a heap of %j',
    (text) => {
      expect(() => readJobSize({ executorMemory: text })).toThrow(
        expect.objectContaining({
          code: 'USAGE',
          exitCode: 2,
          what: expect.stringContaining('--executor-memory') as string,
        }) as Error,
      );
    },
  );

  it.each(['0', '-1', '1.5', '', 'two', '1e3', '999999'])('%j executors', (text) => {
    expect(() => readJobSize({ numExecutors: text })).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
  });

  it.each(['0', '-1', '0.5', '500m', '2000'])('%j cores', (text) => {
    expect(() => readJobSize({ driverCores: text })).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
  });
});
