import { execSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVolumeArgv } from '../../src/clusters/minikube/docker-things.js';
import { claimFolders } from '../../src/config/own-folders.js';
import type { Directories } from '../../src/ports/host.js';
import { FakeDocker } from '../fakes/fake-docker.js';
import { proveOwnership } from '../../src/clusters/ownership.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { place } from '../fakes/private-kubeconfig.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { createTwoHomes, describeThings, type TwoHomes } from '../worlds/home-world.js';

const whole = { container: true, volume: true, network: true, labelled: false, entry: true };
const nothing = { journals: [], journalText: '', profile: false, marker: false };

describe("uninstall of a home that is not the cluster's", () => {
  it.each(['--dry-run', '--yes'])('leaves the entry of another cluster in the kubeconfig (%s)', async (how) => {
    const homes = await createTwoHomes(whole, nothing);
    const before = readFileSync(homes.kubeconfig, 'utf8');
    const data = readResult((await call(['uninstall', how, '--json'], { host: homes.other.host })).stdout);
    const gone = (data['removes'] ?? data['removed']) as readonly string[];
    expect(gone.filter((item) => /entries|container|volume|network|image /.test(item))).toEqual([]);
    expect(data['stays']).toContain(`the entry spark-dev in ${homes.kubeconfig}, which belongs to another cluster`);
    expect(readFileSync(homes.kubeconfig, 'utf8')).toBe(before);
  });

  it.each(['--dry-run', '--yes'])('refuses where only a stale journal speaks for the cluster (%s)', async (how) => {
    const homes = await createTwoHomes(whole, { ...nothing, journals: ['create-cluster'], journalText: '{"since":1}' });
    const before = describeThings(homes.docker);
    const refused = readError((await call(['uninstall', how, '--json'], { host: homes.other.host })).stdout);
    expect(refused).toMatchObject({
      code: 'IN_USE',
      exitCode: 9,
      what: expect.stringContaining('the container spark-dev') as string,
    });
    expect(describeThings(homes.docker)).toEqual(before);
  });

  it('with --force gives its own files up, and names what stays', async () => {
    const homes = await createTwoHomes(
      { ...whole, labelled: true },
      { ...nothing, journals: ['create-cluster'], profile: true },
    );
    const before = describeThings(homes.docker);
    const end = await call(['uninstall', '--yes', '--force', '--json'], { host: homes.other.host });
    expect(end.exitCode, end.stderr).toBe(0);
    expect(readResult(end.stdout)['stays']).toContain(
      'the container spark-dev in Docker: nothing shows that this home made it',
    );
    expect(existsSync(homes.other.host.directories.data)).toBe(false);
    expect(describeThings(homes.docker)).toEqual(before);
  });

  it('names the home that made the cluster, and how to use it', async () => {
    const homes = await createTwoHomes({ ...whole, labelled: true }, nothing);
    const { data } = homes.maker.host.directories;
    const refused = readError((await call(['down', '--delete', '--yes', '--json'], { host: homes.other.host })).stdout);
    expect(refused.why).toContain(`The home with the data folder ${data} made it`);
    expect(refused.fix[0]).toContain(`SPARK_DEV_HOME=${dirname(data)} spark-dev status`);
    // a removal by hand leaves that home with a journal of a cluster that is not there
    expect(refused.fix.join()).not.toContain('docker rm');
    rmSync(data, { recursive: true });
    const orphan = readError((await call(['down', '--delete', '--yes', '--json'], { host: homes.other.host })).stdout);
    expect(orphan.fix.at(-1)).toContain('docker rm --force spark-dev && docker volume rm spark-dev');
  });
});

it('status does not advise an init that would refuse', async () => {
  const homes = await createTwoHomes({ ...whole, labelled: true }, nothing);
  const { stdout } = await call(['status'], { host: homes.other.host });
  expect(stdout).toContain('made by another SPARK_DEV_HOME');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('Not ready: spark-dev run sparkpi --target local needs no cluster');
});

describe('the advice to use the home that made the cluster', () => {
  const advise = async (place: (user: string) => string, uid = process.getuid?.() ?? 0): Promise<readonly string[]> => {
    const docker = new FakeDocker();
    const { host } = await createFakeMachine({ profile: 'absent' }, { daemon: docker, platform: { uid } });
    const data = place(host.directories.userHome);
    mkdirSync(data, { recursive: true });
    docker.create(createVolumeArgv('another-id', data));
    const refused = readError((await call(['down', '--delete', '--yes', '--json'], { host })).stdout);
    return [dirname(data), data, refused.fix[0]?.replace(/ {3}#.*/, '') ?? ''];
  };
  const words = 'spark-dev status';

  it('quotes a folder with a space in it', async () => {
    const [home = '', , line] = await advise((user) => join(user, 'my spark', 'data'));
    expect(line).toBe(`SPARK_DEV_HOME='${home}' ${words}`);
  });

  it('names no folder where it is the default one', async () => {
    const [, , line] = await advise((user) => join(user, '.local', 'share', 'spark-dev'));
    expect(line).toBe(`env -u SPARK_DEV_HOME ${words}`);
  });

  it('sets XDG_DATA_HOME where that was another one', async () => {
    const [share = '', , line] = await advise((user) => join(user, 'my share', 'spark-dev'));
    expect(line).toBe(`env -u SPARK_DEV_HOME XDG_DATA_HOME='${share}' ${words}`);
  });

  it('says whose default folder it is', async () => {
    const [, data = '', line] = await advise((user) => join(user, '.local', 'share', 'spark-dev'), 4711);
    expect(line).toBe(`As the user who owns ${data}: env -u SPARK_DEV_HOME ${words}`);
  });
});

describe('a copy of the home that made the cluster', () => {
  const copyHome = async (copy: (from: string, to: string) => void, labelled = true): Promise<TwoHomes> => {
    const homes = await createTwoHomes({ ...whole, labelled }, { ...nothing, profile: true });
    const { data } = homes.other.host.directories;
    rmSync(data, { recursive: true });
    copy(homes.maker.host.directories.data, data);
    return homes;
  };

  it.each([
    ['down', true],
    ['down --delete --yes', true],
    ['uninstall --yes', true],
    ['uninstall --yes --force', true],
    ['init --yes --no-verify', true],
    ['cluster resize --recreate --memory 5g --yes', true],
    ['down --delete --yes', false],
    ['uninstall --yes --force', false],
  ])('changes nothing that the original has, by %s (labelled: %s)', async (line, labelled) => {
    const homes = await copyHome((from, to) => {
      cpSync(from, to, { recursive: true });
    }, labelled);
    const look = (): unknown => [describeThings(homes.docker), readFileSync(homes.kubeconfig, 'utf8')];
    const before = look();
    expect(readFileSync(homes.kubeconfig, 'utf8')).toContain('spark-dev');
    const { stdout } = await call([...line.split(' '), '--json'], { host: homes.other.host });
    expect(look()).toEqual(before);
    if (line.includes('--force')) return;
    const { data } = homes.other.host.directories;
    expect(readError(stdout)).toMatchObject({
      code: 'IN_USE',
      why: expect.stringContaining(`${data} is a copy of that home`) as string,
    });
  });

  it('is none where the folder was only linked', async () => {
    const homes = await copyHome((from, to) => {
      symlinkSync(from, to);
    });
    const end = await call(['down', '--delete', '--yes', '--json'], { host: homes.other.host });
    expect(end.exitCode, end.stdout).toBe(0);
    expect(describeThings(homes.docker)).toEqual([]);
  });

  it.each<[string, boolean, (directories: Directories) => unknown]>([
    ['nothing', true, () => undefined],
    ['another home', true, claimFolders],
    ['nothing, and the volume no label', false, () => undefined],
  ])('is not told from a moved home until the person says so; the old place has %s', async (_what, labelled, fill) => {
    const homes = await copyHome(renameSync, labelled);
    await fill(homes.maker.host.directories);
    const before = describeThings(homes.docker);
    const { stdout } = await call(['down', '--delete', '--yes', '--json'], { host: homes.other.host });
    const refused = readError(stdout);
    expect(refused).toMatchObject({ code: 'IN_USE', why: expect.stringContaining('the home was moved, or') as string });
    expect(describeThings(homes.docker)).toEqual(before);
    execSync(refused.fix[0] ?? '');
    expect((await proveOwnership(homes.other.host)).verdict).toBe('ours');
    // a copy of the moved home has the line too
    const { data } = homes.maker.host.directories;
    cpSync(homes.other.host.directories.data, `${data}-copy`, { recursive: true });
    const copy = { ...homes.other.host, directories: { ...homes.other.host.directories, data: `${data}-copy` } };
    expect((await proveOwnership(copy)).verdict).toBe('foreign');
    const end = await call(['down', '--delete', '--yes', '--json'], { host: homes.other.host });
    expect(end.exitCode, end.stdout).toBe(0);
    expect(describeThings(homes.docker)).toEqual([]);
  });
});

describe('a home with the id of the one that made the cluster', () => {
  const remove = ['down --delete --yes', 'uninstall --yes'];

  it.each(remove)('owns nothing while the place of the original cannot be read, by %s', async (line) => {
    const homes = await createTwoHomes({ ...whole, labelled: true }, { ...nothing, profile: true });
    const [original, copy] = [homes.maker, homes.other].map(({ host }) => host.directories.data);
    cpSync(String(original), String(copy), { recursive: true });
    rmSync(join(String(original), '.spark-dev'));
    // EISDIR, as a stale mount would give EIO
    mkdirSync(join(String(original), '.spark-dev'));
    const before = describeThings(homes.docker);
    const { stdout } = await call([...line.split(' '), '--json'], { host: homes.other.host });
    expect(readError(stdout).code).toBe('IN_USE');
    expect(describeThings(homes.docker)).toEqual(before);
  });

  it.each(remove)('owns nothing with another authority, as in the twin of a container, by %s', async (line) => {
    const homes = await createTwoHomes({ ...whole, labelled: true }, { ...nothing, profile: true });
    const [original, twin] = [homes.maker, homes.other].map(({ host }) => host.directories.data);
    cpSync(join(String(original), '.spark-dev'), join(String(twin), '.spark-dev'));
    const volume = homes.docker.volumes.get('spark-dev');
    if (volume === undefined) throw new Error('no volume');
    // both homes are at this path, each in the file system of its container
    homes.docker.volumes.set('spark-dev', {
      ...volume,
      labels: { ...volume.labels, 'io.spark-dev.data': String(twin) },
    });
    const before = describeThings(homes.docker);
    const { stdout } = await call([...line.split(' '), '--json'], { host: homes.other.host });
    expect(readError(stdout)).toMatchObject({
      code: 'IN_USE',
      why: expect.stringContaining('the cluster has another certificate authority') as string,
    });
    expect(describeThings(homes.docker)).toEqual(before);
  });

  it('whose data folder was removed is told how to remove the cluster by hand, not to use itself', async () => {
    const { maker } = await createTwoHomes({ ...whole, labelled: true }, nothing);
    rmSync(maker.host.directories.data, { recursive: true });
    const { stdout } = await call(['down', '--delete', '--yes', '--json'], { host: maker.host });
    const { code, why, fix } = readError(stdout);
    expect({ code, why }).toEqual({
      code: 'IN_USE',
      why: expect.stringContaining('That folder was removed') as string,
    });
    expect(fix.join('\n')).toContain('docker rm --force spark-dev && docker volume rm spark-dev');
    expect(fix.join('\n')).not.toContain('SPARK_DEV_HOME');
  });

  const authority = 'minikube/.minikube/ca.crt';
  it.each<[what: string, code: number, lost: readonly string[], kept?: string]>([
    ['minikube’s folder, and kept its authority', 0, [authority], 'authority.crt'],
    ['minikube’s folder with its authority', 9, [authority]],
    ['its marker, as a backup without dotfiles', 0, ['.spark-dev']],
    ['its marker and its authority', 9, ['.spark-dev', authority]],
  ])('that lost %s: its cluster is known by the authority (exit code %i)', async (_what, code, lost, kept) => {
    const { docker, maker, kubeconfig } = await createTwoHomes({ ...whole, labelled: true }, nothing);
    const { data } = maker.host.directories;
    if (kept !== undefined) cpSync(join(data, authority), join(data, kept));
    for (const path of lost) rmSync(join(data, path));
    const end = await call(['down', '--delete', '--yes', '--json'], { host: maker.host });
    expect(end.exitCode, end.stdout).toBe(code);
    expect(describeThings(docker).length === 0).toBe(code === 0);
    expect(readFileSync(kubeconfig, 'utf8').includes('spark-dev')).toBe(code !== 0);
  });
});

describe('init where another cluster has the name in the kubeconfig', () => {
  it('makes its own, leaves that entry, and says how kubectl reaches the new one', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    const path = join(machine.host.directories.userHome, '.kube', 'config');
    const theirs = `apiVersion: v1
clusters: [{name: spark-dev, cluster: {server: 'https://10.0.0.1'}}]
contexts: [{name: spark-dev, context: {cluster: spark-dev, user: spark-dev}}]
users: [{name: spark-dev, user: {token: theirs}}]
`;
    place(path, theirs);
    expect((await call(['init', '--yes', '--no-verify'], { host: machine.host })).exitCode).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toMatch(
      /has an entry spark-dev for another cluster, which is kept.*kubectl --kubeconfig/,
    );
    expect((await call(['down', '--delete', '--yes'], { host: machine.host })).exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  });
});
