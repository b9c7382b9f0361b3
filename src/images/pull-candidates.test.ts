import { expect, it } from 'vitest';
import { listCandidates } from './pull-candidates.js';
import { parseReference, pullName } from './reference.js';

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
