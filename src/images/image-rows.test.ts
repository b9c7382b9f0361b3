import { expect, it } from 'vitest';
import type { ObservedImage } from './observed-image.js';
import { describeRows, showRows } from './image-rows.js';

const digest = `sha256:${'d'.repeat(64)}`;
const facts: ObservedImage = {
  id: 'sha256:1',
  references: [],
  digests: [],
  bytes: 5e6,
  createdAt: '',
  recipe: undefined,
};
const built = { name: 'pause', reference: 'registry.k8s.io/pause:3', recipe: 'aaaaaaaaaaaa', tar: '/p.tar', why: 'x' };
const pulled = { ...built, name: 'node', reference: `gcr.io/kicbase:v1@${digest}` };

it('knows what is built by our label, and another image by its name alone', () => {
  const named = { ...facts, references: [built.reference] };
  const presence = (image: ObservedImage) =>
    describeRows([built], { host: [image], cluster: undefined, stored: new Map() })[0]?.host;
  expect(presence({ ...named, recipe: 'aaaaaaaaaaaa' })).toBe('there');
  expect(presence(named)).toBe('other');
  expect(presence(facts)).toBe('absent');
});

it('knows what is pulled by its digest', () => {
  const host = [{ ...facts, digests: [`gcr.io/kicbase@${digest}`] }];
  const rows = describeRows([pulled], { host, cluster: [], stored: new Map() });
  expect(rows).toMatchObject([{ host: 'there', cluster: 'absent', bytes: 5e6, digest: 'sha256:1' }]);
  expect(showRows(rows)[1]).toMatch(/^node +5 MB +- +yes +- +gcr\.io/);
});
