import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import { recorded } from '../../../test/fakes/fake-machine.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import { noRequirements } from './find-requirements.js';
import { ensurePythonPackages, readPythonTarget, unpackPackages } from './python-packages.js';

const target = readPythonTarget('3.13 x86_64 linux\n');
const wanted = { target, spark: sparkVersion, python: '/usr/bin/python3', signal: new AbortController().signal };

function world(answer: string): FakeHost {
  const { exitCode, stdout, stderr } = recorded(`packages/${answer}`);
  return createFakeHost({
    programs: [
      {
        argv: ['/usr/bin/python3', '-I'],
        exitCode,
        stdout,
        stderr: stderr ?? '',
        does: (_argv, { input = '' }) => {
          const { target: folder } = JSON.parse(input) as { target: string };
          for (const name of ['six-1.17.0.dist-info', 'pyspark-4.3.0.dist-info', 'py4j'])
            mkdirSync(join(folder, name), { recursive: true });
        },
      },
    ],
  });
}

const unpack = (host: FakeHost, folder: string): Promise<number> =>
  unpackPackages(host, { ...noRequirements, named: ['six'] }, wanted, {
    wheel: 'pip.whl',
    folder,
    onPackage: () => undefined,
  });

it('keeps what pip unpacked, without Spark', async () => {
  const host = world('pip-good');
  const folder = join(host.directories.cache, 'python-packages', 'one');
  expect(await unpack(host, folder)).toBe(1);
  expect(readdirSync(folder)).toEqual(['six-1.17.0.dist-info']);
});

it.each([
  ['pip-conflict', 'BUILD_FAILED', 'pandas 2.2.3 depends on numpy>=1.26.0'],
  ['pip-missing', 'BUILD_FAILED', 'No matching distribution found for no-such-package-of-spark-dev'],
  ['pip-unbuilt', 'BUILD_FAILED', 'pyarrow has no wheel for Python 3.13 on linux/x86_64'],
  ['pip-offline', 'DOWNLOAD_FAILED', 'No matching distribution found'],
  ['pip-foreign', 'BUILD_FAILED', 'a compiled part that is built here would not run there'],
])('explains %s and leaves nothing behind', async (answer, code, why) => {
  const host = world(answer);
  const folder = join(host.directories.cache, 'python-packages', 'one');
  await expect(unpack(host, folder)).rejects.toMatchObject({ code, why: expect.stringContaining(why) as string });
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(join(folder, '..'))).toEqual([]);
});

it('ends with files that name each other', async () => {
  const host = world('pip-good');
  const [one = '', other = ''] = ['one.txt', 'other.txt'].map((name) => join(host.directories.cache, name));
  mkdirSync(host.directories.cache, { recursive: true });
  writeFileSync(one, '-r other.txt\n-r missing.txt\n');
  writeFileSync(other, '-r one.txt\n');
  const asked = ensurePythonPackages(
    host,
    { ...noRequirements, files: [one] },
    { ...wanted, signal: AbortSignal.abort() },
  );
  // what is left is to fetch pip
  await expect(asked).rejects.not.toMatchObject({ code: 'DISK_WRITE_FAILED' });
});
