import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { listBundleUnits } from '../../src/images/sets/bundle-contents.js';
import { describeNeeded } from '../../src/images/sets/image-set.js';
import { describeParts } from '../../src/clusters/prepare/parts.js';
import { createFakeObjects } from '../fakes/fake-objects.js';
import { dockerWith, type FakeDaemons } from '../fakes/fake-images.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call, type Call } from '../worlds/call.js';
import { readEnvelope, readError, readResult } from '../worlds/envelope.js';
import { placeOf } from '../../src/images/bundle-manifest.js';

const images = (machine: FakeMachine, ...words: string[]): Promise<Call> =>
  call(['images', ...words], { host: machine.host });

describe('images list', () => {
  it('says of each where it is, and tells ours from another of the same name', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons) });
    const needed = describeNeeded(machine.parts);
    const [spark, node] = needed;
    daemons.cluster.push({ id: 'sha256:1', tags: [spark?.reference ?? ''], recipe: spark?.recipe ?? '', bytes: 9e8 });
    daemons.host.push({ id: 'sha256:2', tags: [node?.reference ?? ''] });
    const { images: rows } = readResult((await images(machine, 'list', '--json')).stdout);
    expect(rows).toHaveLength(11);
    expect((rows as object[]).slice(0, 2)).toMatchObject([
      { name: 'spark', digest: 'sha256:1', host: 'absent', cluster: 'there', store: { presence: 'there' } },
      { name: 'node', digest: null, host: 'other', cluster: 'absent' },
    ]);
    expect((await images(machine, 'list')).stdout).toMatch(/^spark +0? ?.*yes +- +yes +spark-dev\/spark:/m);
  });

  it('looks where it can when the cluster is stopped', async () => {
    const machine = await createFakeMachine(
      { profile: 'stopped' },
      { programs: dockerWith({ host: [], cluster: [] }) },
    );
    const { images: rows } = readResult((await images(machine, 'list', '--json')).stdout);
    expect(rows).toContainEqual(expect.objectContaining({ name: 'spark', host: 'absent', cluster: 'unknown' }));
  });
});

describe('images prune', () => {
  const old = { id: 'sha256:old', tags: ['spark-dev/spark:4.3.0-0123456789ab'], recipe: '0123456789ab', bytes: 9e8 };
  const decoy = { id: 'sha256:decoy', tags: ['spark-dev/spark:mine'] };
  /** What tells it from an image that another home built. */
  const storeOld = ({ host }: FakeMachine): string => {
    const file = join(host.directories.data, 'images', 'spark-0123456789ab.tar');
    writeFileSync(file, 'old');
    return file;
  };

  it('says what goes, removes it in both daemons and the store, and counts', async () => {
    const daemons = { host: [{ ...old }, decoy], cluster: [{ ...old }, decoy] };
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons) });
    const stale = storeOld(machine);
    const pruned = await images(machine, 'prune', '--yes');
    expect(pruned.stdout).toMatch(/^Removed 2 images and 1 file, up to 1\.8 GB/);
    expect(machine.host.ui.lines.filter((line) => line.startsWith('Remove: '))).toHaveLength(3);
    expect(daemons).toEqual({ host: [decoy], cluster: [decoy] });
    expect(existsSync(stale)).toBe(false);
    expect(existsSync(machine.parts.spark.tar)).toBe(true);
  });

  it('--dry-run removes nothing and shows the commands', async () => {
    const daemons = { host: [{ ...old }], cluster: [] };
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons) });
    storeOld(machine);
    expect((await images(machine, 'prune', '--dry-run')).stdout).toContain(
      'docker rmi spark-dev/spark:4.3.0-0123456789ab',
    );
    expect(daemons.host).toHaveLength(1);
  });

  it('goes with clean --images too, the dry run telling the same', async () => {
    const daemons = { host: [{ ...old }, decoy], cluster: [{ ...old }] };
    const objects = createFakeObjects();
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons), objects });
    storeOld(machine);
    const cleaning = async (...words: string[]): Promise<Record<string, unknown>> =>
      readResult((await call(['clean', '--images', '--json', ...words], machine)).stdout);
    const shown = (await cleaning('--dry-run'))['removes'];
    expect(shown).toHaveLength(3);
    expect(daemons.host).toHaveLength(2);
    expect(await cleaning('--yes')).toEqual({ removed: shown, left: [] });
    expect(daemons).toEqual({ host: [decoy], cluster: [] });
  });

  it('leaves what looks old to this home and is in no store of its own: another home may need it', async () => {
    const daemons = { host: [{ ...old }], cluster: [] };
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons) });
    expect((await images(machine, 'prune', '--yes')).stdout).toBe('There are no old images\n');
    expect(daemons.host).toHaveLength(1);
  });

  it('leaves what a container uses, and asks before anything', async () => {
    const daemons = { host: [{ ...old }], cluster: [] };
    const used = await createFakeMachine({}, { programs: dockerWith(daemons, ['sha256:old']) });
    const proof = storeOld(used);
    expect((await images(used, 'prune', '--yes')).stdout).toBe('There are no old images\n');
    expect(existsSync(proof)).toBe(true);
    const asked = await createFakeMachine({}, { programs: dockerWith(daemons) });
    storeOld(asked);
    expect(readError((await images(asked, 'prune', '--json')).stdout)).toMatchObject({ code: 'NON_INTERACTIVE' });
    expect(daemons.host).toHaveLength(1);
  });
});

describe('images load', () => {
  const mine = { id: `sha256:${'a'.repeat(64)}`, tags: ['shop/orders:1'] };

  it('brings an image into the cluster and looks whether it came', async () => {
    const daemons: FakeDaemons = { host: [mine], cluster: [] };
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons) });
    expect((await images(machine, 'load', 'shop/orders:1')).stdout).toBe('shop/orders:1 is in the cluster\n');
    expect(daemons.cluster).toMatchObject([{ id: mine.id }]);
    expect((await images(machine, 'load', 'shop/orders:1')).stdout).toContain('already');
  });

  it('refuses a name that is another image in the cluster, which keeps it', async () => {
    const daemons = { host: [mine], cluster: [{ id: 'sha256:theirs', tags: ['shop/orders:1'] }] };
    const machine = await createFakeMachine({}, { programs: dockerWith(daemons) });
    const refused = readError((await images(machine, 'load', 'shop/orders:1', '--json')).stdout);
    expect(refused).toMatchObject({ code: 'IMAGE_TAG_TAKEN', exitCode: 9 });
    expect(refused.fix[0]).toContain('--content-tag');
    const data = readResult((await images(machine, 'load', 'shop/orders:1', '--content-tag', '--json')).stdout);
    expect(data['images']).toMatchObject([{ reference: 'shop/orders:1-aaaaaaaaaaaa' }]);
    expect(daemons.cluster).toEqual([
      { id: 'sha256:theirs', tags: ['shop/orders:1'] },
      { ...mine, tags: ['shop/orders:1-aaaaaaaaaaaa'] },
    ]);
  });

  it('reads the names from a file of docker save', async () => {
    const machine = await createFakeMachine({}, { programs: dockerWith({ host: [mine], cluster: [] }) });
    const { working } = machine.host.directories;
    const manifest = [{ Config: `${'a'.repeat(64)}.json`, RepoTags: ['shop/orders:1'] }];
    writeFileSync(join(working, 'manifest.json'), JSON.stringify(manifest));
    await create({ file: join(working, 'orders.tar'), cwd: working }, ['manifest.json']);
    expect((await images(machine, 'load', 'orders.tar')).stdout).toBe('shop/orders:1 is in the cluster\n');
    writeFileSync(join(working, 'notes.txt'), 'no archive');
    expect(readError((await images(machine, 'load', 'notes.txt', '--json')).stdout)).toMatchObject({ code: 'USAGE' });
  });

  it.each([
    ['there is no such image', {}, 'IMAGE_MISSING'],
    ['the cluster is stopped', { profile: 'stopped' }, 'CLUSTER_UNREACHABLE'],
  ] as const)('does nothing on the host where %s', async (_what, state, code) => {
    const machine = await createFakeMachine(state, { programs: dockerWith({ host: [], cluster: [] }) });
    expect(readError((await images(machine, 'load', 'shop/orders:1', '--json')).stdout)).toMatchObject({ code });
    expect(machine.changes()).toEqual([]);
  });
});

/** A machine on which everything that a bundle holds is made, each file with a text of its own. */
async function createWholeMachine(): Promise<FakeMachine> {
  const machine = await createFakeMachine();
  const { host, parts } = machine;
  for (const { path } of listBundleUnits(host, parts)) {
    const place = placeOf(host.directories, path);
    if (existsSync(place) && statSync(place).isDirectory()) continue;
    const file = /\.(tar|json)$/.test(place) ? place : join(place, 'deps', 'bin', 'program');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path, { mode: file === place ? 0o644 : 0o755 });
  }
  return machine;
}

describe('images save and restore', () => {
  it('takes all that init reads to a machine that has nothing, and there nothing is left to make', async () => {
    const from = await createWholeMachine();
    const bundle = join(from.host.directories.working, 'bundle.tar');
    expect((await images(from, 'save', bundle)).exitCode).toBe(0);
    const to = await createFakeMachine({ profile: 'absent' }, { bare: true });
    const before = readResult(
      (await call(['init', '--dry-run', '--json', '--source', 'registries'], { host: to.host })).stdout,
    );
    expect(ids(before)).toContain('image:node');
    const restored = await images(to, 'restore', bundle, '--json');
    expect(readEnvelope(restored.stdout)).toMatchObject({ ok: true, warnings: [] });
    const after = readResult((await call(['init', '--dry-run', '--json'], { host: to.host })).stdout);
    expect(ids(after)).toEqual(['start', 'kubeconfig', 'rights', 'deliver', 'record']);
    for (const { path } of listBundleUnits(to.host, await describeParts(to.host)))
      expect(existsSync(placeOf(to.host.directories, path)), path).toBe(true);
    const spark = placeOf(to.host.directories, 'cache/spark/4.3.0/deps/bin/program');
    expect(statSync(spark).mode & 0o111).not.toBe(0);
    const again = readResult((await images(to, 'restore', bundle, '--json')).stdout);
    expect(again['placed']).toEqual([]);
  });

  it("keeps to the bundle's mirrors where the machine's own are others", async () => {
    const from = await createWholeMachine();
    const bundle = join(from.host.directories.working, 'bundle.tar.gz');
    await images(from, 'save', bundle);
    const uris = "'http://other.example/debian/dists/bookworm-updates/InRelease' x 0\n";
    const to = await createFakeMachine(
      { profile: 'absent' },
      { bare: true, programs: [{ argv: ['apt-get', '-o'], stdout: uris }] },
    );
    mkdirSync(join(to.host.directories.system, 'etc'), { recursive: true });
    writeFileSync(join(to.host.directories.system, 'etc/os-release'), 'ID=debian\n');
    const restored = await images(to, 'restore', bundle, '--json');
    expect(readEnvelope(restored.stdout).warnings.join()).toContain('apt-sources.json');
    const after = readResult((await call(['init', '--dry-run', '--json'], { host: to.host })).stdout);
    expect(ids(after)).not.toContain('image:node');
  });

  it('needs nothing that makes a root file system on the other machine', async () => {
    const from = await createWholeMachine();
    const bundle = join(from.host.directories.working, 'bundle.tar');
    await images(from, 'save', bundle);
    const to = await createFakeMachine({ profile: 'absent' }, { bare: true });
    rmSync(join(to.host.directories.system, 'usr'), { recursive: true });
    const plan = async (...words: string[]): Promise<readonly string[]> =>
      ids(readResult((await call(['init', '--dry-run', '--json', ...words], { host: to.host })).stdout));
    expect(await plan('--source', 'registries')).toContain('engine');
    await images(to, 'restore', bundle);
    expect(await plan()).not.toContain('engine');
  });

  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['cut', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.8)), 'CHECKSUM_MISMATCH'],
    ['flipped', (bytes) => flip(bytes, bytes.lastIndexOf('data/images/spark-') - 200_000), 'CHECKSUM_MISMATCH'],
    ['of another kind', () => Buffer.from('hello'), 'BUNDLE_REFUSED'],
    ['for another processor', (bytes) => replaceText(bytes, '"arch": "amd64"', '"arch": "arm64"'), 'BUNDLE_REFUSED'],
    [
      'of another Kubernetes',
      (bytes) => replaceText(bytes, 'kubernetes/v1.34.4', 'kubernetes/v1.34.5'),
      'BUNDLE_REFUSED',
    ],
  ])('puts nothing in place from one that is %s', async (_what, damage, code) => {
    const from = await createWholeMachine();
    const bundle = join(from.host.directories.working, 'bundle.tar');
    writeFileSync(from.parts.spark.tar, Buffer.alloc(300_000, 'layer'));
    await images(from, 'save', bundle);
    writeFileSync(bundle, damage(readFileSync(bundle)));
    const to = await createFakeMachine({ profile: 'absent' }, { bare: true });
    expect(readError((await images(to, 'restore', bundle, '--json')).stdout)).toMatchObject({ code });
    expect(existsSync(join(to.host.directories.data, 'images'))).toBe(false);
    expect(existsSync(join(to.host.directories.cache, 'spark'))).toBe(false);
  });

  it('saves no half: what is missing is named', async () => {
    const machine = await createFakeMachine();
    const refused = readError((await images(machine, 'save', 'bundle.tar', '--json')).stdout);
    expect(refused).toMatchObject({ code: 'IMAGE_MISSING', why: expect.stringContaining('Spark 4.3.0') as string });
  });

  it('asks before it replaces a file', async () => {
    const machine = await createWholeMachine();
    const file = join(machine.host.directories.working, 'bundle.tar');
    writeFileSync(file, 'mine');
    expect(readError((await images(machine, 'save', file, '--json')).stdout)).toMatchObject({
      code: 'NON_INTERACTIVE',
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

function ids(data: Readonly<Record<string, unknown>>): readonly string[] {
  return (data['steps'] as readonly { id: string }[]).map(({ id }) => id);
}

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

/** Of the same length, so that the archive stays one. */
function replaceText(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}
