import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { putFiles } from '../../test/fakes/put-files.js';
import { findApplication, type AskedApplication } from './application.js';

const spark = 'from pyspark.sql import SparkSession\n';

/** The program found in a project with these files, its paths relative to the project. */
async function find(
  files: Readonly<Record<string, string>>,
  name: string,
  asked: AskedApplication = {},
  working = '.',
): Promise<unknown> {
  const { directories } = createFakeHost();
  const root = directories.working;
  putFiles(root, files);
  const within = { ...directories, working: join(root, working) };
  const found: unknown = await findApplication(within, name, asked).catch((error: unknown) => error);
  const text = JSON.stringify(found instanceof Error ? { ...found } : found);
  return JSON.parse(text.replaceAll(`${root}/`, '').replaceAll(`"${root}"`, '"."'));
}

describe('the program of a folder', () => {
  it.each([
    ['__main__.py', { 'jobs/__main__.py': '', 'jobs/main.py': '', 'jobs/a.py': spark }],
    ['main.py', { 'jobs/__init__.py': '', 'jobs/conftest.py': spark, 'jobs/main.py': '' }],
    ['etl.py', { 'jobs/__init__.py': '', 'jobs/etl.py': '' }],
    ['etl.py', { 'jobs/etl.py': spark, 'jobs/helpers.py': 'def f(): pass', 'jobs/test_etl.py': spark }],
    ['etl.py', { 'jobs/etl.py': "if __name__ == '__main__': pass", 'jobs/a.py': '' }],
  ])('is %s', async (expected, files) => {
    expect(await find(files, 'jobs')).toMatchObject({ name: 'jobs', kind: 'python', at: { path: `jobs/${expected}` } });
  });

  it('is refused with the very commands where it could be several', async () => {
    const files = { 'jobs/a.py': spark, 'jobs/b.py': spark, 'jobs/c.py': '' };
    expect(await find(files, 'jobs')).toMatchObject({
      code: 'USAGE',
      fix: ['spark-dev run jobs/a.py', 'spark-dev run jobs/b.py'],
    });
    expect(await find({ 'src/deep/etl.py': spark, '.venv/lib/x.py': spark }, '.')).toMatchObject({
      code: 'USAGE',
      fix: ['spark-dev run src/deep/etl.py'],
    });
  });

  it.each([{ 'jobs/__init__.py': '' }, { 'jobs/notes.txt': '' }])('is none in %j', async (files) => {
    expect(await find(files, 'jobs')).toMatchObject({ code: 'USAGE', what: 'No program in jobs' });
  });
});

describe('a path that exists', () => {
  it.each([
    ['job', '#!/usr/bin/env python3\n', 'cp job job.py && spark-dev run job.py'],
    ['job', 'import sys\n', 'cp job job.py && spark-dev run job.py'],
    ['deps.whl', '', 'spark-dev run job.py --with deps.whl'],
    ['notes.txt', 'import sys\n', 'Name the program itself: spark-dev run jobs/etl.py'],
  ])('is never called unknown: %s with %j', async (name, text, fix) => {
    expect(await find({ [name]: text }, name)).toMatchObject({ code: 'USAGE', fix: [fix] });
  });
});

describe('where Python looks for modules', () => {
  const project = {
    'pyproject.toml': '',
    'lib/__init__.py': '',
    'src/pkg/__init__.py': '',
    'src/pkg/etl.py': 'from . import other\n',
    'src/pkg/other.py': '',
    'jobs/etl.py': 'import lib\n',
  };

  it('is the folder of the script, then its project and its src, from wherever it is called', async () => {
    for (const working of ['.', 'jobs', 'src'])
      expect(await find(project, working === '.' ? 'jobs/etl.py' : '../jobs/etl.py', {}, working)).toMatchObject(
        working === 'jobs' ? {} : { roots: ['jobs', '.', 'src'] },
      );
  });

  it('is the root of its package for a file with relative imports, which runs as a module', async () => {
    const expected = { at: { path: 'src/pkg/etl.py' }, roots: ['src', '.'], module: 'pkg.etl' };
    expect(await find(project, 'src/pkg/etl.py')).toMatchObject(expected);
    expect(await find(project, 'pkg.etl', { module: true })).toMatchObject({ ...expected, name: 'etl' });
  });

  it('is the project without __init__.py too', async () => {
    const files = { 'setup.cfg': '', 'jobs/etl.py': 'from .lib import f\n', 'jobs/lib.py': '' };
    expect(await find(files, 'etl.py', {}, 'jobs')).toMatchObject({ module: 'jobs.etl', roots: ['.', 'jobs'] });
  });

  it('is no folder like /tmp, where anybody may add modules', async () => {
    const { directories } = createFakeHost();
    const shared = directories.working;
    putFiles(shared, { 'requirements.txt': '', 'mine/etl.py': '' });
    chmodSync(shared, 0o1777);
    const found = await findApplication(directories, 'mine/etl.py', {});
    expect(found).toMatchObject({ roots: [join(shared, 'mine')] });
  });

  it('is told where there is no such module', async () => {
    expect(await find(project, 'pkg.nope', { module: true })).toMatchObject({ code: 'USAGE' });
  });
});
