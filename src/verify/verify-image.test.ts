import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { connectPackages } from './verify-image.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

it('pins the same packages of Spark Connect for each architecture', async () => {
  const host = createFakeHost();
  const packagesOf = (arch: 'amd64' | 'arm64') =>
    connectPackages({
      directories: { ...host.directories, package: root },
      platform: { ...host.platform, arch },
    });
  const [intel, arm] = [await packagesOf('amd64'), await packagesOf('arm64')];
  const projectsOf = (files: typeof intel): readonly string[] => files.map(({ project }) => project);
  expect(projectsOf(intel)).toEqual(projectsOf(arm));
  expect(new Set(projectsOf(intel)).size).toBe(13);
  expect(intel.filter(({ name }) => name.includes('aarch64'))).toEqual([]);
  expect(arm.filter(({ name }) => name.includes('x86_64'))).toEqual([]);
  const files = [...intel, ...arm];
  expect(files.filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256))).toEqual([]);
  expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(new Set(files.map(({ name }) => name)).size);
});
