import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { dockerWith, type FakeImage } from '../fakes/fake-images.js';
import { fakeObject, fakeRun } from '../fakes/fake-objects.js';
import { place } from '../fakes/private-kubeconfig.js';
import { call, type Call } from '../worlds/call.js';
import { createDesktopWorld, type DesktopWorld } from '../worlds/desktop-world.js';
import { readError, readResult } from '../worlds/envelope.js';
import { homeLabel } from '../../src/kube/labels.js';
import { readHomeId } from '../../src/config/home-marker.js';

const spark = (world: DesktopWorld, ...words: readonly string[]): Promise<Call> =>
  call(words, { host: world.machine.host });
const init = (world: DesktopWorld): Promise<Call> =>
  spark(world, 'init', '--provider', 'docker-desktop', '--no-verify', '--source', 'registries', '--yes');
const changed = (world: DesktopWorld): readonly string[] =>
  world.asked().filter((line) => /^(apply|.* apply|create --filename|delete|.* delete)/.test(line));

/** As init leaves it. */
async function createPrepared(...world: Parameters<typeof createDesktopWorld>): Promise<DesktopWorld> {
  const made = await createDesktopWorld(...world);
  expect((await init(made)).exitCode).toBe(0);
  return made;
}

const nobody = { home: '', madeBy: '' };
const theirs = { home: '11111111-2222-3333-4444-555555555555', madeBy: '/elsewhere/data' };
const foreignRun = 'etl-261130120000-beef';

describe('a Docker Desktop that this home prepared', () => {
  it('is freed by uninstall of what this home made in it, the record last, and of nothing else', async () => {
    const world = await createPrepared();
    const { spark: mark = nobody } = world.desktop.namespaces;
    world.desktop.namespaces = { ...world.desktop.namespaces, 'team-a': mark, theirs, old: nobody };
    const { stdout, stderr } = await spark(world, 'uninstall', '--dry-run');
    expect(stderr).toBe('');
    expect(stdout).toContain('- namespace team-a in docker-desktop');
    const deletions = stdout.split('\n').filter((line) => line.includes(`${homeLabel}=${mark.home}`));
    const selector = `${homeLabel}=${mark.home},kubernetes.io/metadata.name in`;
    expect(deletions.map((line) => line.replace(/^.* delete (namespace )?/, ''))).toEqual([
      expect.stringMatching(/^clusterrolebinding '--selector=.*service-namespace in \(/),
      `'--selector=${selector} (team-a)' --timeout=120s`,
      `'--selector=${selector} (spark)' --timeout=120s`,
    ]);
    expect(stdout).toContain(
      `Keep: the namespace theirs in docker-desktop. Another home prepared it, the one with the data folder ${theirs.madeBy}.`,
    );
    expect(stdout).toContain(
      'Keep: the namespace old in docker-desktop. Nothing proves that this home prepared it. If no other home needs it: kubectl --context docker-desktop delete namespace old',
    );
    expect((await spark(world, 'uninstall', '--yes')).exitCode).toBe(0);
    expect(world.desktop.namespaces).toEqual({ theirs, old: nobody });
  });

  it('is freed by uninstall of images whose recipe this home stored, if no other home is there', async () => {
    const host: FakeImage[] = [{ id: 'sha256:theirs', tags: ['spark-dev-app:theirs'], recipe: '0123456789ab' }];
    const programs = [
      { argv: ['docker', 'image', 'ls', '--quiet', '--filter', 'dangling=true'] },
      { argv: ['docker', 'tag'], matches: ([, , , name]: readonly string[]) => name === 'spark-dev/spark:current' },
      ...dockerWith({ host, cluster: [] }),
    ];
    const world = await createPrepared({}, undefined, { programs });
    const { hash: recipe, reference } = world.machine.parts.spark;
    host.push(
      { id: 'sha256:mine', tags: ['spark-dev-app:mine'], recipe },
      { id: 'sha256:aa', tags: [reference, 'spark-dev/spark:current'], recipe },
    );
    const { stdout } = await spark(world, 'uninstall', '--dry-run', '--json');
    const removes = readResult(stdout)['removes'] as readonly string[];
    expect(removes.filter((item) => item.startsWith('image '))).toEqual([
      'image spark-dev-app:mine',
      `image ${reference}`,
      'image spark-dev/spark:current',
    ]);
    world.desktop.namespaces = { ...world.desktop.namespaces, theirs };
    const shared = await spark(world, 'uninstall', '--dry-run');
    expect(shared.stdout).not.toContain('- image ');
  });
});

describe('a Docker Desktop that another home prepared', () => {
  const record = { sparkImage: 'spark-dev/spark:1', sparkVersion: '4.3.0', rights: 'x-default-storage' };
  const inUse = { record, hasRights: true, namespaces: { spark: theirs, 'team-a': nobody } };
  const labelled = (objects: ReturnType<typeof fakeRun>, home: string): ReturnType<typeof fakeRun> =>
    objects.map((one) =>
      'spark-dev/run' in one.labels ? { ...one, labels: { ...one.labels, [homeLabel]: home } } : one,
    );

  it('keeps all of it when an empty home is uninstalled', async () => {
    const world = await createDesktopWorld(inUse);
    const { exitCode, stdout } = await spark(world, 'uninstall', '--yes');
    expect(exitCode).toBe(0);
    expect(changed(world)).toEqual([]);
    expect(stdout).toContain('Keep: the namespace spark in docker-desktop. Another home prepared it');
    expect(stdout).toContain('kubectl --context docker-desktop delete namespace team-a');
  });

  it.each([
    ['images', 'prune', '--yes'],
    ['clean', '--images', '--yes'],
  ])('keeps the images of it: %s %s', async (...words) => {
    const image = (tag: string, recipe: string): FakeImage => ({ id: `sha256:${tag}`, tags: [tag], recipe });
    const host = [
      image('spark-dev/spark:4.3.0-0123456789ab', '0123456789ab'),
      image('spark-dev/node:v1.34.4-aaaaaaaaaaaa', 'aaaaaaaaaaaa'),
      image('spark-dev-app:theirs', '0123456789ab'),
      // both homes built these
      image('spark-dev/spark:4.3.0-bbbbbbbbbbbb', 'bbbbbbbbbbbb'),
      image('spark-dev-app:of-both', 'bbbbbbbbbbbb'),
    ];
    const world = await createDesktopWorld(inUse, undefined, { programs: dockerWith({ host, cluster: [] }) });
    const { data } = world.machine.host.directories;
    await claimFolders(world.machine.host.directories);
    const old = join(data, 'images', 'spark-bbbbbbbbbbbb.tar');
    place(old, '');
    const tags = (): readonly string[] => host.flatMap((one) => one.tags);
    const [before, files] = [tags(), readdirSync(join(data, 'images'))];
    await spark(world, ...words, '--provider', 'docker-desktop');
    expect([tags(), readdirSync(join(data, 'images'))]).toEqual([before, files]);
    world.desktop.namespaces = {};
    world.desktop.answers = false;
    const unauthorized = 'error: You must be logged in to the server (Unauthorized)';
    for (const silence of [world.desktop.silence, unauthorized]) {
      world.desktop.silence = silence;
      await spark(world, ...words, '--provider', 'docker-desktop');
      expect(tags()).toEqual(before);
    }
    world.desktop.answers = true;
    await spark(world, ...words, '--provider', 'docker-desktop');
    expect(tags()).toEqual(before.slice(0, 3));
    // the other files are those of a minikube of today
    expect(readdirSync(join(data, 'images'))).toEqual(files.filter((name) => name !== basename(old)));
  });

  it('is not taken over by init', async () => {
    const world = await createDesktopWorld({ ...inUse, record: { ...record, rights: 'older' } });
    expect((await init(world)).exitCode).toBe(0);
    expect(changed(world)[0]).toBe('create --filename=- --output=name');
    expect(world.desktop.namespaces).toEqual(inUse.namespaces);
  });

  it.each([theirs.home, ''])(
    "keeps its runs and volumes when clean is called; --all takes them (home '%s')",
    async (home) => {
      const claim = fakeObject('persistentvolumeclaim', 'spark-events', {
        labels: { 'app.kubernetes.io/managed-by': 'spark-dev' },
        storage: '2Gi',
      });
      const world = await createDesktopWorld({ ...inUse, objects: [...labelled(fakeRun(foreignRun), home), claim] });
      const look = async (...words: readonly string[]): Promise<readonly string[]> => {
        const { stdout } = await spark(world, 'clean', '--dry-run', '--volumes', '--json', ...words);
        return readResult(stdout)['removes'] as readonly string[];
      };
      expect(await look()).toEqual([]);
      expect(world.machine.host.ui.lines.join('\n')).toContain(
        `nothing proves that this home made them: ${foreignRun}, persistentvolumeclaim spark/spark-events (--all`,
      );
      const all = await look('--all');
      expect(all).toContain(`pod spark/${foreignRun}-driver`);
      expect(all).toContain('volume spark/spark-events (2Gi)');
    },
  );

  it('is freed by clean of what a dead run of this home left in it', async () => {
    const world = await createDesktopWorld(inUse);
    await claimFolders(world.machine.host.directories);
    const home = (await readHomeId(world.machine.host.directories)) ?? '';
    world.desktop.objects = labelled(fakeRun(foreignRun), home);
    const { stdout } = await spark(world, 'clean', '--dry-run', '--json');
    expect(readResult(stdout)['removes']).toContain(`service spark/${foreignRun}-driver-svc`);
  });

  it('keeps a namespace that another home made from namespace delete', async () => {
    const world = await createDesktopWorld({ ...inUse, namespaces: { spark: theirs, 'team-a': theirs, old: nobody } });
    for (const [name, why] of [
      ['team-a', 'Another home prepared it'],
      ['old', 'Nothing proves'],
    ] as const) {
      const { exitCode, stdout } = await spark(world, 'namespace', 'delete', name, '--yes', '--json');
      expect([exitCode, readError(stdout)]).toMatchObject([9, { why: expect.stringContaining(why) as string }]);
    }
    expect(changed(world)).toEqual([]);
  });

  it('lets a home remove the namespaces that it made itself, and no copy of that home', async () => {
    const world = await createDesktopWorld(inUse);
    const { directories } = world.machine.host;
    const created = await spark(world, 'namespace', 'create', 'mine', '--dry-run');
    expect(created.stdout).toContain('create --filename=');
    await claimFolders(directories);
    const mine = { home: (await readHomeId(directories)) ?? '', madeBy: directories.data };
    world.desktop.namespaces = { ...inUse.namespaces, mine };
    const deleted = await spark(world, 'namespace', 'delete', 'mine', '--dry-run');
    expect(deleted.exitCode, deleted.stdout).toBe(0);
    const original = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
    cpSync(directories.data, original, { recursive: true });
    world.desktop.namespaces = { ...inUse.namespaces, mine: { ...mine, madeBy: original } };
    const refused = await spark(world, 'namespace', 'delete', 'mine', '--dry-run', '--json');
    expect(readError(refused.stdout).fix.join('\n')).toContain(`moved: ${original} -> ${directories.data}`);
  });
});
