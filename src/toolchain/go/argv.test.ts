import { expect, it } from 'vitest';
import { countModules, parseDownloadLine, parseGoDirective, parseGoVersion } from './argv.js';

it.each([
  ['go1.26.8\n', '1.26.8'],
  ['go1.27rc1', '1.27.0'],
  ['go1.22', '1.22.0'],
  ['go1.26.8-X:nodwarf5', '1.26.8'],
  ['go1.25.3 X:jsonv2', '1.25.3'],
  ['devel go1.27-5ee6ba1', undefined],
  ['', undefined],
])('reads the version of %s', (text, version) => {
  expect(parseGoVersion(text)).toBe(version);
});

it('reads the go directive, not the toolchain line', () => {
  expect(parseGoDirective('module m\n\ngo 1.25.0\n\ntoolchain go1.26.8\n')).toBe('1.25.0');
  expect(parseGoDirective('module m\n')).toBeUndefined();
});

it('counts the modules whose content is needed', () => {
  const sum = 'a v1 h1:x=\na v1/go.mod h1:y=\nb v2/go.mod h1:z=\nc v3 h1:q=\n';
  expect(countModules(sum)).toBe(2);
  expect(countModules('')).toBe(0);
});

it('tells a download from everything else that go says', () => {
  expect(parseDownloadLine('go: downloading k8s.io/api v0.34.4')).toBe('k8s.io/api v0.34.4');
  expect(parseDownloadLine('go: finding module for package x')).toBeUndefined();
  expect(parseDownloadLine('k8s.io/api/core/v1')).toBeUndefined();
});
