import { execSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SparkDevError } from '../errors/spark-dev-error.js';
import { claimFolders, listFoldersOfOthers, listOwnFolders, markOwnFolders } from './own-folders.js';
import { readHomeId } from './home-marker.js';

type Folders = Parameters<typeof claimFolders>[0];

function homeWith(...files: readonly string[]): Folders {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'precious');
  }
  return { data: join(root, 'data'), cache: join(root, 'cache'), state: join(root, 'state') };
}

describe('claimFolders', () => {
  it('marks new folders, each home with an id of its own that stays', async () => {
    const [one, other] = [homeWith(), homeWith()];
    await Promise.all([claimFolders(one), claimFolders(one), claimFolders(other)]);
    const id = await readHomeId(one);
    await claimFolders(one);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await readHomeId(one)).toBe(id);
    expect(await readHomeId(other)).not.toBe(id);
    expect(await listOwnFolders(one)).toEqual(['data', 'cache', 'state']);
  });

  it.each([
    ['tools', 'data/tools/precious.txt'],
    ['images', 'data/images/logo.png'],
    ['the build cache of a Go project', 'cache/go/mod/cache/lock'],
    ['logs', 'state/logs/app.log'],
    ['runs', 'state/runs/2026/metrics.csv'],
    ['experiments by their time', 'state/runs/exp-202401011200-ab12/model.bin'],
    ['numbered shards', 'data/images/train-000000000012.tar'],
    ['numbered labels', 'data/images/train-00000000002a.json'],
  ])('refuses a project that has %s, and marks no folder of it', async (_name, file) => {
    const folders = homeWith(file);
    await expect(claimFolders(folders)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await listOwnFolders(folders)).toEqual([]);
    for (const path of Object.values(folders)) expect(existsSync(join(path, '.spark-dev'))).toBe(false);
    expect(readFileSync(join(dirname(folders.data), file), 'utf8')).toBe('precious');
  });

  it.each([
    ['a tool', 'data', 'data/tools/minikube/v1.38.1-bd7dd1c8f3fd/minikube'],
    ['an image', 'data', 'data/images/spark-c54c20d57929.tar'],
    ['Spark', 'cache', 'cache/spark/4.3.0/deps/jars/spark-core.jar'],
    ['a run', 'state', 'state/runs/sparkpi-261130024000-7575/driver.log'],
    ['a log', 'state', 'state/logs/init-2026-11-30T02-12-51-629Z.log'],
    ['a journal', 'state', 'state/journal/create-cluster.json'],
  ])(
    'knows what a version without markers left by %s, and nothing by what lies beside it',
    async (_name, kind, file) => {
      const folders = homeWith(file, 'cache/go/mod/a.go', 'state/logs/app.log', 'data/images/cat.jpg');
      await markOwnFolders(folders);
      expect(await listOwnFolders(folders)).toEqual([kind]);
      await expect(claimFolders(folders)).rejects.toMatchObject({
        code: 'USAGE',
        what: expect.stringContaining('is not marked') as string,
      });
      const alone = homeWith(file);
      await claimFolders(alone);
      expect(await readHomeId(alone)).toBeDefined();
      expect(await listOwnFolders(alone)).toEqual(['data', 'cache', 'state']);
    },
  );

  it('takes the cache from before markers of a home that is proven, if all in it has our form', async () => {
    const kubectl = 'cache/kubectl/discovery/127.0.0.1_6443/servergroups.json';
    const folders = homeWith('cache/go/build/ab/ab-d', 'cache/downloads/pyspark-4.3.0.tar.gz', kubectl);
    await claimFolders({ ...folders, cache: `${folders.cache}-other` }, ['data', 'state']);
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
  });

  it('takes cache and state over for a new data folder in the place of the old one', async () => {
    const folders = homeWith();
    await claimFolders(folders);
    rmSync(folders.data, { recursive: true });
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
    expect(await listFoldersOfOthers(folders)).toEqual([]);
    expect(readFileSync(join(folders.cache, '.spark-dev'), 'utf8')).toContain((await readHomeId(folders)) ?? '-');
  });

  it('takes nothing for its own in a folder beside one with files of a project', async () => {
    const folders = homeWith('data/images/spark-c54c20d57929.tar', 'cache/build/out.js', 'cache/website/index.html');
    expect(await listOwnFolders(folders)).toEqual(['data']);
    await expect(claimFolders(folders)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it.each([
    ['the overlays of a project in a folder called data', 'data/.spark-dev/overlay/etl/kustomization.yaml'],
    ['a file of that name with other words', 'data/.spark-dev'],
  ])('takes %s for no marker', async (_name, file) => {
    const folders = homeWith(file, 'data/tools/minikube/v1.38.1-bd7dd1c8f3fd/minikube');
    expect(await listOwnFolders(folders)).toEqual([]);
    await expect(claimFolders(folders)).rejects.toMatchObject({ code: 'USAGE' });
    expect(readFileSync(join(dirname(folders.data), file), 'utf8')).toBe('precious');
  });

  it.each([
    ['a first run that failed offline', ['data/docker-run/dockerd.log', 'state/runs/.hidden']],
    ['a cache that a CI restored in part', ['cache/downloads/pyspark-4.3.0.tar.gz']],
  ])('refuses the unmarked rest of %s, and takes it after the command that it names', async (_name, files) => {
    const folders = homeWith(...files);
    const error = await claimFolders(folders).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'USAGE', what: expect.stringContaining('is not marked') as string });
    expect(await listOwnFolders(folders)).toEqual([]);
    execSync((error as SparkDevError).fix[0] ?? '');
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
    expect(await readHomeId(folders)).toBeDefined();
  });

  it('takes folders that hold nothing but litter', async () => {
    const folders = homeWith('data/.DS_Store', 'cache/.gitkeep', 'state/.nfs000012');
    mkdirSync(join(folders.data, 'lost+found', 'x'), { recursive: true });
    mkdirSync(join(folders.cache, 'downloads'));
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
  });

  it('completes a marker without a word in it', async () => {
    const folders = homeWith('data/tools/a');
    writeFileSync(join(folders.data, '.spark-dev'), '');
    expect(await listOwnFolders(folders)).toEqual(['data']);
    await claimFolders(folders);
    expect(await readHomeId(folders)).toBeDefined();
  });

  it('goes on where a marker was cut short', async () => {
    const folders = homeWith('data/.spark-dev.new-1234');
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).toContain('data');
  });
});

/** As the version before this one marked it: each folder with an id of its own. */
function markAsBefore(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const marker = `# spark-dev made this folder. \`spark-dev uninstall\`…\nversion: 1\nhome: ${randomUUID()}\n`;
  writeFileSync(join(folder, '.spark-dev'), marker);
}

const readMarker = (folder: string): string => readFileSync(join(folder, '.spark-dev'), 'utf8');

describe('whose cache and state are', () => {
  it('is told again after the data folder lost its id, and noted once', async () => {
    const folders = homeWith();
    await claimFolders(folders);
    writeFileSync(join(folders.data, '.spark-dev'), readMarker(folders.data).replace(/^home: .*\n/m, ''));
    await claimFolders(folders);
    const id = (await readHomeId(folders)) ?? '';
    await claimFolders(folders);
    for (const folder of Object.values(folders)) expect(readMarker(folder)).toContain(`: ${id}\n`);
    expect(id).toHaveLength(36);
  });

  it('is told by the id of the data folder in all three markers', async () => {
    const folders = homeWith();
    await claimFolders(folders);
    const id = (await readHomeId(folders)) ?? '';
    for (const folder of Object.values(folders)) expect(readMarker(folder)).toContain(`: ${id}\n`);
  });

  it('stays with homes of three ids, and is noted by the next command that writes', async () => {
    const folders = homeWith();
    for (const folder of Object.values(folders)) markAsBefore(folder);
    const id = (await readHomeId(folders)) ?? '';
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
    expect(readMarker(folders.cache)).not.toContain(id);
    await claimFolders(folders);
    expect(await readHomeId(folders)).toBe(id);
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
    for (const folder of [folders.cache, folders.state]) expect(readMarker(folder)).toContain(`of: ${id}\n`);
  });

  it.each([
    ['this version', true],
    ['the version before', false],
  ])('is another home’s behind a link, as %s marked it', async (_which, isClaimed) => {
    const [theirs, ours] = [homeWith(), homeWith()];
    for (const folder of [...Object.values(theirs), ours.data]) markAsBefore(folder);
    if (isClaimed) await claimFolders(theirs);
    const before = readMarker(theirs.cache);
    for (const kind of ['cache', 'state'] as const) symlinkSync(theirs[kind], ours[kind]);
    await claimFolders(ours);
    expect(await listOwnFolders(ours)).toEqual(['data']);
    expect(await listFoldersOfOthers(ours)).toEqual(['cache', 'state']);
    expect(readMarker(theirs.cache)).toBe(before);
    expect(await listOwnFolders(theirs)).toEqual(['data', 'cache', 'state']);
  });

  it('is the other home’s where two homes have one cache without a link', async () => {
    const [theirs, ours] = [homeWith(), homeWith()];
    await claimFolders(theirs);
    const shared = { ...ours, cache: theirs.cache };
    await claimFolders(shared);
    expect(await listOwnFolders(shared)).toEqual(['data', 'state']);
    expect(await listOwnFolders(theirs)).toEqual(['data', 'cache', 'state']);
  });

  it('is vouched for by an empty marker, behind a link too', async () => {
    const folders = homeWith();
    const elsewhere = join(dirname(folders.data), 'large-disk');
    markAsBefore(elsewhere);
    symlinkSync(elsewhere, folders.cache);
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).not.toContain('cache');
    writeFileSync(join(folders.cache, '.spark-dev'), '');
    await claimFolders(folders);
    expect(await listOwnFolders(folders)).toEqual(['data', 'cache', 'state']);
  });

  it('is not told by evidence behind a link', async () => {
    const [theirs, ours] = [homeWith('cache/spark/4.3.0/deps/jars/a.jar'), homeWith()];
    symlinkSync(theirs.cache, ours.cache);
    expect(await listOwnFolders(theirs)).toEqual(['cache']);
    expect(await listOwnFolders(ours)).toEqual([]);
  });
});
