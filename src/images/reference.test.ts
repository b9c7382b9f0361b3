import { expect, it } from 'vitest';
import { localName, parseReference, pullName } from './reference.js';

const digest = `sha256:${'a'.repeat(64)}`;

it.each([
  ['busybox', 'docker.io', 'library/busybox', 'latest', 'busybox:latest'],
  ['busybox:1', 'docker.io', 'library/busybox', '1', 'busybox:1'],
  ['busybox:1.36', 'docker.io', 'library/busybox', '1.36', 'busybox:1.36'],
  ['docker.io/minio/minio', 'docker.io', 'minio/minio', 'latest', 'minio/minio:latest'],
  ['quay.io/minio/minio:RELEASE.2025', 'quay.io', 'minio/minio', 'RELEASE.2025', 'quay.io/minio/minio:RELEASE.2025'],
  ['localhost/x', 'localhost', 'x', 'latest', 'localhost/x:latest'],
  ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000', 'a/b', '1', '127.0.0.1:5000/a/b:1'],
])('%s', (text, registry, repository, tag, name) => {
  const parsed = parseReference(text);
  expect(parsed).toEqual({ registry, repository, tag, digest: undefined });
  expect(localName(parsed)).toBe(name);
});

it('asks by digest and keeps the tag as the name', () => {
  const parsed = parseReference(`quay.io/x/y:1@${digest}`);
  expect([pullName(parsed), localName(parsed)]).toEqual([`quay.io/x/y@${digest}`, 'quay.io/x/y:1']);
  expect(localName(parseReference(`quay.io/x/y@${digest}`))).toBe(`quay.io/x/y@${digest}`);
});

it.each(['', 'UPPER/case', 'a b', 'x@sha256:short', '--privileged', '../etc', 'a//b', 'x:'])('refuses %j', (text) => {
  expect(() => parseReference(text)).toThrow('is not a valid image name');
});
