import { describe, expect, it } from 'vitest';
import { parseCpuMilli, parseMemoryMb } from './resources.js';

describe('quantities', () => {
  it.each([
    ['250m', 250],
    ['2', 2000],
    ['0.5', 500],
    ['0.29', 290],
    ['.1', 100],
    ['1k', 1_000_000],
    ['1500u', 2],
    ['nonsense', 0],
    [undefined, 0],
  ])('CPU %s is %d thousandths', (text, milli) => {
    expect(parseCpuMilli(text)).toBe(milli);
  });

  it.each([
    ['512Mi', 512],
    ['1Gi', 1024],
    ['134217728', 128],
    ['134217728000m', 128],
    ['1G', 953],
    ['1e9', 953],
    ['6137856Ki', 5994],
    ['1Ti', 1_048_576],
  ])('memory %s is %d MiB', (text, mb) => {
    expect(parseMemoryMb(text)).toBe(mb);
  });
});
