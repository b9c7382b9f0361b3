import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { parseReference } from './reference.js';
import { findLayerBytes } from './registry-manifest.js';

const { signal } = new AbortController();
const image = JSON.stringify({ layers: [{ size: 10 }, { size: 20 }] });
const index = JSON.stringify({
  manifests: [
    { digest: 'sha256:arm', platform: { os: 'linux', architecture: 'arm64' } },
    { digest: 'sha256:amd', platform: { os: 'linux', architecture: 'amd64' } },
  ],
});

it.each<[string, string, Readonly<Record<string, string | number>>]>([
  ['one image', 'quay.io/a/b:1', { 'https://quay.io/v2/a/b/manifests/1': image }],
  [
    'one for several platforms',
    'quay.io/a/b:1',
    { 'https://quay.io/v2/a/b/manifests/1': index, 'https://quay.io/v2/a/b/manifests/sha256:amd': image },
  ],
  [
    'a registry on this machine, without TLS',
    '127.0.0.1:5000/b',
    { 'http://127.0.0.1:5000/v2/b/manifests/latest': image },
  ],
])('knows the size of %s', async (_what, name, web) => {
  expect(await findLayerBytes(createFakeHost({ web }), parseReference(name), signal)).toBe(30);
});

it.each<[string, Readonly<Record<string, string | number>>]>([
  ['nobody answers', {}],
  ['it is not there', { 'https://quay.io/v2/a/b/manifests/1': 404 }],
  ['it wants a login', { 'https://quay.io/v2/a/b/manifests/1': 401 }],
  ['a login page answers', { 'https://quay.io/v2/a/b/manifests/1': '<html>' }],
])('does not know it where %s', async (_what, web) => {
  expect(await findLayerBytes(createFakeHost({ web }), parseReference('quay.io/a/b:1'), signal)).toBeUndefined();
});
