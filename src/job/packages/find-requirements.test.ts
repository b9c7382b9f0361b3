import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobMain } from '../job.js';
import { findPackagesInSource, findRequirements } from './find-requirements.js';

function project(files: Readonly<Record<string, string>>): (path: string) => string {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return (path) => join(root, path);
}

const python = (path: string): JobMain => ({ kind: 'python', at: { where: 'here', path } });

describe('findRequirements', () => {
  it.each([
    ['beside the program', { 'jobs/requirements.txt': 'pandas' }, 'jobs/requirements.txt'],
    ['at the root of the project', { 'requirements.txt': 'pandas', '.git/HEAD': '' }, 'requirements.txt'],
    ['in pyproject.toml', { 'pyproject.toml': '[project]\ndependencies = ["pandas"]' }, 'pyproject.toml'],
  ])('finds them %s', async (_where, files, expected) => {
    const at = project({ 'jobs/etl.py': '', ...files });
    const { files: found, projects } = await findRequirements(python(at('jobs/etl.py')), {});
    expect([...found, ...projects]).toEqual([at(expected)]);
  });

  it.each([
    ['above the root of the project', { 'requirements.txt': 'pandas', 'mine/setup.py': '' }],
    ['when only Spark is in them', { 'mine/requirements.txt': '# Spark\npyspark==3.5.0\npy4j\n', 'mine/setup.py': '' }],
    ['in a pyproject.toml without dependencies', { 'mine/pyproject.toml': '[tool.black]\n' }],
  ])('finds none %s', async (_where, files) => {
    const at = project({ 'mine/etl.py': '', ...files });
    expect(await findRequirements(python(at('mine/etl.py')), {})).toEqual({ named: [], files: [], projects: [] });
  });

  it('takes none from a folder like /tmp, where anybody may have put it', async () => {
    const at = project({ 'mine/etl.py': '', 'requirements.txt': 'evil' });
    chmodSync(at(''), 0o1777);
    expect((await findRequirements(python(at('mine/etl.py')), {})).files).toEqual([]);
  });

  it('takes the given file, or no file, and packages by name', async () => {
    const at = project({ 'etl.py': '', 'requirements.txt': 'pandas' });
    const main = python(at('etl.py'));
    expect(await findRequirements(main, { requirements: '/deps/dev.txt' })).toMatchObject({ files: ['/deps/dev.txt'] });
    expect(
      await findRequirements(main, { requirements: 'none', with: ['pandas>=2', '<3', 'moto[s3', 'ec2]', 'six'] }),
    ).toEqual({ named: ['pandas>=2,<3', 'moto[s3,ec2]', 'six'], files: [], projects: [] });
  });
});

it.each([
  ['.config("spark.jars.packages", "io.delta:delta-spark_2.13:4.0.0")', 'io.delta:delta-spark_2.13:4.0.0'],
  ["conf.set('spark.jars.packages',\n    'a:b:1,c:d:2')", 'a:b:1,c:d:2'],
  ['.config("spark.jars.packages", packages)', undefined],
  ['# .config("spark.jars.packages", "a:b:1")', undefined],
])('reads the packages that a program sets itself: %s', (source, expected) => {
  const sources = { texts: [{ path: 'etl.py', text: source }], tooLarge: [] };
  expect(findPackagesInSource(sources)['spark.jars.packages']).toBe(expected);
});
