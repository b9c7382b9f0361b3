import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from 'tar';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import { describeDistribution, ensureDistribution, isDistributionThere } from './distribution.js';
import { sparkVersion, type SparkVersion } from './versions.js';
import { downloadPath } from '../verified-download.js';
import type { HttpAnswer, HttpRequest } from '../../ports/host.js';

const { signal } = new AbortController();
const name = 'pyspark-9.9.9.tar.gz';

async function packSpark(): Promise<{ readonly archive: Buffer; readonly spark: SparkVersion }> {
  const { working } = createFakeHost().directories;
  mkdirSync(join(working, 'pyspark-9.9.9/deps'), { recursive: true });
  writeFileSync(join(working, 'pyspark-9.9.9/deps/a.jar'), 'jar');
  await create({ file: join(working, name), gzip: true, cwd: working }, ['pyspark-9.9.9']);
  const archive = readFileSync(join(working, name));
  const sha256 = createHash('sha256').update(archive).digest('hex');
  return {
    archive,
    spark: { ...sparkVersion, version: '9.9.9', archive: { project: 'pyspark', name, sha256, sizeMb: 1 } },
  };
}

/** Meets each request for the archive with `before`, and then answers as the fake web does. */
function createHost(archive: Buffer, before: (host: FakeHost) => Promise<void>): FakeHost {
  const index = 'https://pypi.org/simple/pyspark/';
  const file = `https://pypi.org/files/${name}`;
  const web = { [index]: `<a href="${file}">${name}</a>`, [file]: archive };
  const plain = createFakeHost({ web, env: { PIP_CONFIG_FILE: '/dev/null' } });
  const get = async (url: string, request: HttpRequest): Promise<HttpAnswer> => {
    if (url === file) await before(plain);
    return plain.http.get(url, request);
  };
  return { ...plain, http: { get } };
}

it('serves two runs that begin on an empty cache at once', async () => {
  const { archive, spark } = await packSpark();
  let waiting = 0;
  const host = createHost(archive, async () => {
    waiting += 1;
    while (waiting < 2) await sleep(1);
  });
  const [one, other] = await Promise.all([1, 2].map(() => ensureDistribution(host, spark, signal)));
  expect(one).toEqual(other);
  expect(readFileSync(join(one?.jars ?? '', '../a.jar'), 'utf8')).toBe('jar');
  expect(existsSync(downloadPath(host, name))).toBe(false);
  expect(readdirSync(join(host.directories.cache, 'spark'))).toEqual(['9.9.9', '9.9.9.sizes']);
});

it.each([
  [
    'lost a file',
    (folder: string): void => {
      rmSync(join(folder, 'deps/a.jar'));
    },
  ],
  [
    'has a file that was cut',
    (folder: string): void => {
      truncateSync(join(folder, 'deps/a.jar'), 1);
    },
  ],
  [
    "lost Spark's own jar, and nobody noted its sizes",
    (folder: string) => {
      rmSync(`${folder}.sizes`);
      mkdirSync(join(folder, 'deps/jars'));
      writeFileSync(join(folder, 'deps/jars/scala-library.jar'), '');
    },
  ],
])('is fetched again when it %s, with a word about it', async (_how, damage) => {
  const { archive, spark } = await packSpark();
  const host = createHost(archive, () => Promise.resolve());
  const { folder } = await ensureDistribution(host, spark, signal);
  expect(await isDistributionThere(describeDistribution(host.directories, spark))).toBe(true);
  damage(folder);
  expect(await isDistributionThere(describeDistribution(host.directories, spark))).toBe(false);
  await ensureDistribution(host, spark, signal);
  expect(readFileSync(join(folder, 'deps/a.jar'), 'utf8')).toBe('jar');
  expect(host.ui.lines.join('\n')).toContain('Spark 9.9.9 in the cache is damaged and will be downloaded again: ');
  expect(readdirSync(join(host.directories.cache, 'spark'))).toEqual(['9.9.9', '9.9.9.sizes']);
});

it('is content when a run beside it was faster and took the archive with it', async () => {
  const { archive, spark } = await packSpark();
  const plain = createHost(archive, () => Promise.resolve());
  const faster = (note?: string): void => {
    if (note !== 'unpacking') return;
    mkdirSync(join(plain.directories.cache, 'spark/9.9.9'), { recursive: true });
    rmSync(downloadPath(plain, name));
  };
  const ui = { ...plain.ui, step: (title: string) => ({ ...plain.ui.step(title), progress: faster }) };
  const distribution = await ensureDistribution({ ...plain, ui }, spark, signal);
  expect(distribution.folder).toBe(join(plain.directories.cache, 'spark/9.9.9'));
  expect(plain.ui.lines.at(-1)).toMatch(/^✓/);
});

it('tells what is wrong when nobody was faster', async () => {
  const { archive, spark } = await packSpark();
  const host = createHost(archive, () => Promise.reject(new Error('other side closed')));
  await expect(ensureDistribution(host, spark, signal)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(host.ui.lines.at(-1)).toMatch(/^✗/);
});
