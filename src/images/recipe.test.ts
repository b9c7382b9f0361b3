import { describe, expect, it } from 'vitest';
import { planImage, type ImageRecipe, hashValue, planDebianRoot, digestFolder } from './recipe.js';
import { chmod, mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mirror = {
  archive: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
  proxy: undefined,
};
const base = planDebianRoot(mirror, '/data');
const recipe: ImageRecipe = {
  name: 'node',
  folder: 'node',
  version: 'v1.34.4',
  args: { A: '1', B: '2' },
  files: [{ from: '/data/tools/crictl/v1-abc/crictl', to: 'crictl', fingerprint: 'crictl/v1-abc/crictl' }],
  base,
};

describe('planImage', () => {
  it('names the image and its files by its content', () => {
    const planned = planImage(recipe, 'digest', '/data');
    expect(planned.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(planned).toMatchObject({
      reference: `spark-dev/node:v1.34.4-${planned.hash}`,
      tar: `/data/images/node-${planned.hash}.tar`,
      manifest: `/data/images/node-${planned.hash}.json`,
    });
  });

  const first = planImage(recipe, 'digest', '/data').hash;
  it.each<[string, ImageRecipe, string]>([
    ['an argument', { ...recipe, args: { A: '1', B: '3' } }, 'digest'],
    ['the version', { ...recipe, version: 'v1.34.5' }, 'digest'],
    ['the folder', recipe, 'other'],
    ['a program', { ...recipe, files: [{ from: '/x', to: 'crictl', fingerprint: 'crictl/v2-abc/crictl' }] }, 'digest'],
    ['its place', { ...recipe, files: recipe.files.map((file) => ({ ...file, to: 'bin' })) }, 'digest'],
    [
      'the root',
      { ...recipe, base: planDebianRoot({ ...mirror, archive: 'http://mirror.example/debian' }, '/data') },
      'digest',
    ],
    ['the official name', { ...recipe, officialName: 'registry.k8s.io/pause:1' }, 'digest'],
  ])('is another image when %s changes', (_what, changed, digest) => {
    expect(planImage(changed, digest, '/data').hash).not.toBe(first);
  });

  it('is the same image wherever its files lie, in whatever order the arguments stand, and behind any proxy', () => {
    const moved: ImageRecipe = {
      ...recipe,
      args: { B: '2', A: '1' },
      files: recipe.files.map((file) => ({ ...file, from: '/elsewhere/crictl' })),
      base: planDebianRoot({ ...mirror, proxy: 'http://proxy.example:3142' }, '/data'),
    };
    expect(planImage(moved, 'digest', '/data').hash).toBe(first);
  });
});

it('hashes by value, not by the order of keys', () => {
  expect(hashValue({ a: [1, { c: 2, b: 3 }] })).toBe(hashValue({ a: [1, { b: 3, c: 2 }] }));
  expect(hashValue({ a: [1, 2] })).not.toBe(hashValue({ a: [2, 1] }));
});

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-dev-test-'));
  await mkdir(join(folder, 'units'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n', { mode: 0o644 });
  await writeFile(join(folder, 'units', 'a.service'), '[Unit]\n', { mode: 0o644 });
  return folder;
}

it('is the same for the same content in another place', async () => {
  expect(await digestFolder(await createFolder())).toBe(await digestFolder(await createFolder()));
});

it.each<[string, (folder: string) => Promise<void>]>([
  ['a content', (folder) => writeFile(join(folder, 'units', 'a.service'), '[Service]\n')],
  ['a name', (folder) => rename(join(folder, 'units', 'a.service'), join(folder, 'units', 'b.service'))],
  ['an exec bit', (folder) => chmod(join(folder, 'Dockerfile'), 0o755)],
  ['a new file', (folder) => writeFile(join(folder, 'c'), '')],
])('changes with %s', async (_what, change) => {
  const folder = await createFolder();
  const before = await digestFolder(folder);
  await change(folder);
  expect(await digestFolder(folder)).not.toBe(before);
});

it('stays the same when Python has run a module of it', async () => {
  const folder = await createFolder();
  const before = await digestFolder(folder);
  await mkdir(join(folder, 'units', '__pycache__'));
  await writeFile(join(folder, 'units', '__pycache__', 'a.cpython-311.pyc'), 'compiled');
  expect(await digestFolder(folder)).toBe(before);
});
