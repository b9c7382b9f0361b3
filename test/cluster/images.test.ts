import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findImageSet, type ImageSet } from '../../src/images/sets/image-set.js';
import { createHost } from '../../src/host.js';
import { inspectImages, type Daemon } from '../../src/images/observed-image.js';
import type { ImageRow } from '../../src/images/image-rows.js';
import { dataOf, runProgram } from '../program/program.js';

const host = createHost({ verbosity: 1, yes: true, input: false });
const folder = mkdtempSync(join(tmpdir(), 'spark-dev-images-'));
const old = '0123456789ab';

let set: ImageSet;
let own: Daemon;
let inside: Daemon;

beforeAll(async () => {
  set = await findImageSet(host, undefined, new AbortController().signal);
  if (set.host === undefined || set.cluster === undefined) throw new Error(`the cluster is ${set.profile}`);
  own = set.host;
  inside = set.cluster;
  await forget();
});

afterAll(() => forget());

const ownNames = [
  'images.invalid/orders:1',
  'images.invalid/labelled:1',
  `spark-dev/spark:e2e-${old}`,
  'spark-dev/spark:e2e-decoy',
  `spark-dev/node:e2e-used-${old}`,
  'spark-dev-app:e2e-decoy',
];

async function forget(): Promise<void> {
  await docker(own, ['rm', '--force', 'spark-dev-e2e-user'], [1]);
  for (const daemon of [own, inside]) {
    const listed = await docker(daemon, ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
    const names = listed.split('\n').filter((name) => ownNames.some((one) => name.startsWith(one)));
    if (names.length > 0) await docker(daemon, ['rmi', ...names]);
  }
}

async function docker(daemon: Daemon, words: readonly string[], accept: readonly number[] = []): Promise<string> {
  const env = daemon.dockerEnv === undefined ? {} : { env: daemon.dockerEnv };
  return (await host.runner.run(['docker', ...words], { ...env, accept })).stdout;
}

/** An image of one small file. */
async function make(daemon: Daemon, name: string, content: string, label?: string): Promise<void> {
  writeFileSync(join(folder, 'content'), content);
  await host.runner.run(['tar', '--create', `--file=${join(folder, 'root.tar')}`, '-C', folder, 'content']);
  const changes = label === undefined ? [] : ['--change', `LABEL ${label}`];
  await docker(daemon, ['import', ...changes, join(folder, 'root.tar'), name]);
}

async function namesIn(daemon: Daemon, names: readonly string[]): Promise<readonly string[]> {
  const found = (await inspectImages(host, daemon, names)).flatMap(({ references }) => references);
  return names.filter((name) => found.includes(name));
}

/** It is there only where somebody asked for it. */
function isFurtherSpark(name: string): boolean {
  return name.startsWith('spark-');
}

it('lists what a cluster needs: the files, the node here, the rest in the cluster', async () => {
  const all = dataOf(await runProgram(['images', 'list', '--json']))['images'] as readonly ImageRow[];
  const rows = all.filter(({ name }) => !isFurtherSpark(name));
  expect(rows).toHaveLength(11);
  for (const row of rows) {
    expect(row.store.presence, row.name).toBe('there');
    expect(row.bytes, row.name).toBeGreaterThan(1_000_000);
    if (row.name === 'node') expect(row.host).toBe('there');
    else if (row.name !== 'debian') expect(row.cluster, row.name).toBe('there');
  }
});

it('finds the Spark image built and in the cluster, and says so', async () => {
  expect(dataOf(await runProgram(['images', 'build', '--json']))['images']).toMatchObject([
    { name: 'spark', built: false, inCluster: 'there' },
  ]);
});

it('loads an image into the cluster, and never another one under its name', async () => {
  const name = 'images.invalid/orders:1';
  await make(own, name, 'one');
  expect(dataOf(await runProgram(['images', 'load', name, '--json']))['images']).toMatchObject([{ reference: name }]);
  const [first] = await inspectImages(host, inside, [name]);
  await make(own, name, 'two');
  const refused = await runProgram(['images', 'load', name, '--json']);
  expect(refused.exitCode).toBe(9);
  expect(refused.stdout).toContain('IMAGE_TAG_TAKEN');
  const [second] = await inspectImages(host, own, [name]);
  const unique = `${name}-${second?.id.slice(7, 19) ?? ''}`;
  const tagged = dataOf(await runProgram(['images', 'load', name, '--content-tag', '--json']));
  expect(tagged['images']).toMatchObject([{ reference: unique }]);
  expect(await inspectImages(host, inside, [unique])).toMatchObject([{ id: second?.id }]);
  expect(await inspectImages(host, inside, [name])).toMatchObject([{ id: first?.id }]);
});

it('prunes what spark-dev made and needs no more, and nothing that only looks like it', async () => {
  const label = `io.spark-dev.recipe=${old}`;
  const goes = `spark-dev/spark:e2e-${old}`;
  const used = `spark-dev/node:e2e-used-${old}`;
  const decoys = ['spark-dev/spark:e2e-decoy', 'spark-dev-app:e2e-decoy', 'images.invalid/labelled:1'];
  for (const daemon of [own, inside]) {
    await make(daemon, goes, 'old', label);
    await make(daemon, 'spark-dev/spark:e2e-decoy', 'decoy');
    await make(daemon, 'spark-dev-app:e2e-decoy', 'decoy too');
    await make(daemon, 'images.invalid/labelled:1', 'built on ours by somebody', label);
  }
  await make(own, used, 'in use', label);
  await docker(own, ['create', '--name', 'spark-dev-e2e-user', used, '/nothing']);
  const tar = join(host.directories.data, 'images', `spark-${old}.tar`);
  writeFileSync(tar, 'old');
  const shown = await runProgram(['images', 'prune', '--dry-run']);
  expect(shown.stdout).toContain(`docker rmi ${goes}`);
  expect(shown.stdout).toContain(`Keep: ${used}`);
  expect(await namesIn(own, [goes])).toEqual([goes]);
  const done = dataOf(await runProgram(['images', 'prune', '--yes', '--json']));
  expect(done).toMatchObject({ stayed: [] });
  for (const daemon of [own, inside]) {
    expect(await namesIn(daemon, [goes])).toEqual([]);
    expect(await namesIn(daemon, decoys)).toEqual(decoys);
  }
  // the file says whose the image is that stays
  expect([await namesIn(own, [used]), existsSync(tar)]).toEqual([[used], true]);
  await docker(own, ['rm', '--force', 'spark-dev-e2e-user']);
  dataOf(await runProgram(['images', 'prune', '--yes', '--json']));
  expect([await namesIn(own, [used]), existsSync(tar)]).toEqual([[], false]);
  const current = set.needed
    .filter(({ name }) => name !== 'debian' && name !== 'node' && !isFurtherSpark(name))
    .map(({ reference }) => reference);
  expect(await namesIn(inside, current)).toEqual(current);
});
