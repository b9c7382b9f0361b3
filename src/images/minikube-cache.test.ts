import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { fillMinikubeCache } from './minikube-cache.js';
import { planImage } from './recipe.js';

it('links what is there, and replaces what an earlier version left', async () => {
  const { data } = createFakeHost().directories;
  const recipe = {
    name: 'pause',
    folder: 'pause',
    officialName: 'registry.k8s.io/pause:3.10.1',
    version: '3.10.1',
    args: {},
    files: [],
  };
  const image = planImage(recipe, 'digest', data);
  const kubelet = join(data, 'tools', 'kubelet');
  for (const file of [image.tar, kubelet]) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `new ${file}`);
  }
  const cache = join(data, 'minikube', '.minikube', 'cache');
  const old = join(cache, 'images', 'amd64', 'registry.k8s.io', 'pause_3.10.1');
  await mkdir(dirname(old), { recursive: true });
  await writeFile(old, 'old');
  const request = {
    minikubeHome: join(data, 'minikube'),
    arch: 'amd64',
    kubernetesVersion: 'v1.34.4',
    binaries: { kubelet },
    images: [image],
  } as const;
  await fillMinikubeCache(request);
  await fillMinikubeCache(request);
  expect(await readFile(old, 'utf8')).toBe(`new ${image.tar}`);
  expect((await stat(join(cache, 'linux', 'amd64', 'v1.34.4', 'kubelet'))).ino).toBe((await stat(kubelet)).ino);
});
