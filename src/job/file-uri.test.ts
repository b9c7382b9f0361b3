import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileUri, findUnlistable, listedUri } from './file-uri.js';

const odd = [
  'a b',
  'a#b',
  'a%20b',
  'a*b',
  'a[b]',
  'a{b,c}',
  'a?b',
  'a\\b',
  'a"b',
  "a'b",
  '-a',
  'ä😀',
  'a\nb',
  'a:b',
  'a,b',
];

describe('a path as a URI', () => {
  it.each(['/home/ada/jobs/etl.py', '/opt/x_1-2.3+4@5=6~/a.jar'])('%s stays as it is', (path) => {
    expect(fileUri(path)).toBe(path);
    expect(listedUri(path)).toBe(path);
  });

  it.each(odd)('leads back to the folder %j, and has nothing in it that separates', (name) => {
    const path = `/home/${name}/etl.py`;
    const uri = fileUri(path);
    expect(uri).toMatch(/^(file:\/\/)?[\w/.~%-]+$/);
    expect(uri.startsWith('file:') ? fileURLToPath(uri) : uri).toBe(path);
  });

  it.each([
    ['/a*b/x', 'file:///a%5C%2Ab/x'],
    ['/a{b}/x', 'file:///a%5C%7Bb%5C%7D/x'],
    ['/a\\b/x', 'file:///a%5C%5Cb/x'],
    ['/a b/x', 'file:///a%20b/x'],
  ])('%s is no pattern in a list', (path, uri) => {
    expect(listedUri(path)).toBe(uri);
  });

  it('knows what no list takes', () => {
    expect(odd.filter((name) => findUnlistable(name) !== undefined)).toEqual(['a[b]', 'a{b,c}', 'a?b', 'a:b', 'a,b']);
  });
});
