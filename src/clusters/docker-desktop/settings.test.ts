import { describe, expect, it } from 'vitest';
import { editSettings, readSettings, editWslConfig, readWslConfig } from './settings.js';

const path = '/home/ada/.docker/desktop/settings-store.json';
const nothingSaid = { cpus: undefined, memoryMb: undefined, kubernetes: false, wslEngine: false };

describe("Docker Desktop's settings", () => {
  it('are read in both spellings, and absent figures are the product default', () => {
    expect(readSettings('{}', path)).toEqual(nothingSaid);
    expect(readSettings('{"Cpus":6,"MemoryMiB":8092,"KubernetesEnabled":true}', path)).toEqual({
      cpus: 6,
      memoryMb: 8092,
      kubernetes: true,
      wslEngine: false,
    });
    expect(readSettings('{"cpus":3,"memoryMiB":2048,"wslEngineEnabled":true}', path)).toEqual({
      cpus: 3,
      memoryMb: 2048,
      kubernetes: false,
      wslEngine: true,
    });
  });

  it.each(['{"Cpus":"6"}', '{"Cpus":0}', '{"Cpus":-1}', '{"Cpus":null}'])('take no figure from %s', (text) => {
    expect(readSettings(text, path)).toEqual(nothingSaid);
  });

  it.each(['', '[]', '"text"', '{"Cpus": 4', 'not json'])('are refused when they are %j', (text) => {
    expect(() => readSettings(text, path)).toThrow(/Cannot read/);
  });

  it('change in the wished places alone', () => {
    const text = '{\r\n\t"Big": 12345678901234567890,\r\n\t"Cpus": 4,\r\n\t"z": {"Cpus": 1}\r\n}\r\n';
    expect(editSettings(text, path, { cpus: 6 })).toBe(text.replace('"Cpus": 4', '"Cpus": 6'));
  });

  it('get a missing figure in the style of the file', () => {
    expect(JSON.parse(editSettings('{}', path, { memoryMb: 6144 }))).toEqual({ MemoryMiB: 6144 });
    expect(JSON.parse(editSettings('{}', '/x/settings.json', { memoryMb: 6144 }))).toEqual({ memoryMiB: 6144 });
    expect(editSettings('{\n    "AutoStart": true\n}', path, { cpus: 2 })).toBe(
      '{\n    "AutoStart": true,\n    "Cpus": 2\n}',
    );
  });

  it('keep a byte order mark', () => {
    expect(editSettings('﻿{"Cpus": 4}', path, { cpus: 5 })).toBe('﻿{"Cpus": 5}');
  });
});

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
