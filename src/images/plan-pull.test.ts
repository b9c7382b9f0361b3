import { expect, it } from 'vitest';
import { parseReference, pullName } from './reference.js';
import { listCandidates, findLayerBytes } from './plan-pull.js';
import { createFakeHost } from '../../test/fakes/fake-host.js';

const digest = `sha256:${'b'.repeat(64)}`;
const settings = {
  mirrors: { 'docker.io': 'mirror.example:5000/hub' },
  fallbacks: { 'minio/minio': ['quay.io/minio/minio', 'ghcr.io/other/minio:stable'] },
};

function placesOf(text: string): readonly string[] {
  return listCandidates(parseReference(text), settings).map(
    ({ origin, reference }) => `${origin} ${pullName(reference)}`,
  );
}

it('asks the mirror, the registry itself, then each fallback under its own tag or the wanted one', () => {
  expect(placesOf('docker.io/minio/minio:RELEASE.1')).toEqual([
    'mirror mirror.example:5000/hub/minio/minio:RELEASE.1',
    'itself minio/minio:RELEASE.1',
    'fallback quay.io/minio/minio:RELEASE.1',
    'fallback ghcr.io/other/minio:stable',
  ]);
});

it('asks for the pinned digest everywhere', () => {
  expect(placesOf(`minio/minio:RELEASE.1@${digest}`)).toEqual([
    `mirror mirror.example:5000/hub/minio/minio@${digest}`,
    `itself minio/minio@${digest}`,
    `fallback quay.io/minio/minio@${digest}`,
    `fallback ghcr.io/other/minio@${digest}`,
  ]);
});

it('has one place for an image that the settings do not name', () => {
  expect(placesOf('quay.io/x/y:1')).toEqual(['itself quay.io/x/y:1']);
});

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
