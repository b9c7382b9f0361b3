import { describe, expect, it } from 'vitest';
import { editWslConfig, readWslConfig } from './wsl-config.js';

const text = [
  '# mine',
  '[wsl2]',
  'memory=8GB # enough',
  'Processors = 4',
  'swap=0',
  '[experimental]',
  'memory=1GB',
  '',
].join('\r\n');

describe('.wslconfig', () => {
  it.each([
    ['', { cpus: undefined, memoryMb: undefined }],
    [text, { cpus: 4, memoryMb: 8192 }],
    ['[wsl2]\nmemory=1536MB\n', { cpus: undefined, memoryMb: 1536 }],
    ['[wsl2]\nmemory=4294967296\n', { cpus: undefined, memoryMb: 4096 }],
    ['[wsl2]\n#memory=1GB\nprocessors=none\n', { cpus: undefined, memoryMb: undefined }],
    ['[other]\nmemory=1GB\n', { cpus: undefined, memoryMb: undefined }],
  ])('%j says %j', (of, size) => {
    expect(readWslConfig(of)).toEqual(size);
  });

  it('changes in the wished places alone', () => {
    const edited = editWslConfig(text, { cpus: 6, memoryMb: 10_240 });
    expect(edited).toBe(text.replace('memory=8GB', 'memory=10240MB').replace('Processors = 4', 'Processors = 6'));
  });

  it('gets what is missing into the section, or the section itself', () => {
    expect(editWslConfig('[wsl2]\nswap=0\n', { cpus: 2 })).toBe('[wsl2]\nprocessors=2\nswap=0\n');
    expect(editWslConfig('', { memoryMb: 6144 })).toBe('[wsl2]\nmemory=6144MB\n');
    expect(editWslConfig('[boot]\nx=1\n', { cpus: 2 })).toBe('[boot]\nx=1\n\n[wsl2]\nprocessors=2\n');
  });
});
