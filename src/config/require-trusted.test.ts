import { chmodSync, chownSync, lchownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import { findSettingsFile, loadSettings, findProjectFolder } from './load-settings.js';
import { requireTrusted } from './require-trusted.js';

const self = process.getuid?.() ?? 0;
const stranger = 65_534;

interface World {
  readonly host: FakeHost;
  readonly folder: string;
  readonly file: string;
}

/** A project, looked at from a folder below it. */
function createProject(env: Readonly<Record<string, string>> = {}): World {
  const host = createFakeHost({ env });
  const folder = join(host.directories.working, 'project');
  const working = join(folder, 'deep', 'down');
  mkdirSync(working, { recursive: true });
  const file = join(folder, 'spark-dev.yaml');
  writeFileSync(file, 'version: 1\nlang: scala\n');
  for (const path of [folder, file]) chmodSync(path, 0o755);
  return { host: { ...host, directories: { ...host.directories, working } }, folder, file };
}

/** Root gives the path away; anybody else becomes another user. */
function asStranger({ host }: World, path: string, gid?: number): FakeHost {
  if (self !== 0) return { ...host, platform: { ...host.platform, uid: self + 1 } };
  chownSync(path, stranger, gid ?? stranger);
  return host;
}

describe('a spark-dev.yaml', () => {
  it('counts in a folder above, and is named', async () => {
    const { host, file } = createProject();
    expect((await loadSettings(host, {})).lang).toBe('scala');
    expect(host.ui.lines).toEqual([`Settings from ${file}`]);
  });

  it('is refused when it belongs to another user, with the way to trust it', async () => {
    const world = createProject();
    const host = asStranger(world, world.file);
    await expect(loadSettings(host, {})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      exitCode: 2,
      what: `${world.file} could have been written by another user`,
      why: expect.stringMatching(/belongs to user \d+, but you are user \d+/) as string,
      fix: [
        expect.stringContaining(`echo 'version: 1' > ${join(host.directories.working, 'spark-dev.yaml')} `),
        expect.stringContaining(`export SPARK_DEV_TRUST=${world.folder} `),
      ],
    });
  });

  it('of another user above counts no more where the project has its own', async () => {
    const world = createProject();
    const host = asStranger(world, world.file);
    writeFileSync(join(host.directories.working, 'spark-dev.yaml'), 'version: 1\n');
    // the folder and its file belong to the user who runs this test
    const mine = { ...host, platform: { ...host.platform, uid: self } };
    expect((await loadSettings(mine, {})).lang).toBeUndefined();
  });

  it('of another user in the current folder is not to be written over', async () => {
    const world = createProject();
    const host = asStranger(world, world.file);
    const here = { ...host, directories: { ...host.directories, working: world.folder } };
    await expect(loadSettings(here, {})).rejects.toMatchObject({
      fix: [expect.stringContaining('export SPARK_DEV_TRUST=')],
    });
  });

  it('is refused when its folder belongs to another user', async () => {
    const world = createProject();
    await expect(loadSettings(asStranger(world, world.folder), {})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('counts all the same where SPARK_DEV_TRUST lists its folder', async () => {
    const world = createProject();
    const trusting = { ...asStranger(world, world.file), env: { SPARK_DEV_TRUST: `/elsewhere:${world.folder}` } };
    expect((await loadSettings(trusting, {})).lang).toBe('scala');
    const other = { ...trusting, env: { SPARK_DEV_TRUST: `/elsewhere:${dirname(world.folder)}` } };
    await expect(loadSettings(other, {})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each([
    ['the file', 0o646, 0o755],
    ['its folder', 0o644, 0o757],
  ])('is refused when every user can write to %s', async (_name, ofFile, ofFolder) => {
    const { host, folder, file } = createProject();
    chmodSync(folder, ofFolder);
    chmodSync(file, ofFile);
    await expect(loadSettings(host, {})).rejects.toMatchObject({
      why: expect.stringContaining('every user') as string,
    });
  });

  it('counts in a sticky folder, where nobody can replace it', async () => {
    const { host, folder } = createProject();
    chmodSync(folder, 0o1777);
    expect((await loadSettings(host, {})).lang).toBe('scala');
  });

  it('is refused when every user can write to the file, whatever its other bits', async () => {
    const { host, file } = createProject();
    chmodSync(file, 0o1666);
    await expect(loadSettings(host, {})).rejects.toMatchObject({
      why: expect.stringContaining('every user') as string,
    });
  });

  describe('that is a link', () => {
    /** The folder of its target. */
    function linkFrom({ host, folder, file }: World): string {
      const beside = join(host.directories.working, '..', '..', '..', 'beside');
      mkdirSync(beside);
      const target = join(beside, 'other.yaml');
      writeFileSync(target, 'version: 1\nlang: scala\n');
      rmSync(file);
      symlinkSync(target, file);
      for (const path of [beside, target]) chmodSync(path, 0o755);
      chmodSync(folder, 0o1777);
      return beside;
    }

    it('counts when the link and its target are ours', async () => {
      const world = createProject();
      linkFrom(world);
      expect((await loadSettings(world.host, {})).lang).toBe('scala');
    });

    it('is refused when another user made the link to our file', async () => {
      const world = createProject();
      linkFrom(world);
      if (self === 0) lchownSync(world.file, stranger, stranger);
      const host = self === 0 ? world.host : asStranger(world, world.file);
      await expect(loadSettings(host, {})).rejects.toMatchObject({
        why: expect.stringContaining(`${world.file} belongs to user`) as string,
      });
    });

    it('is refused when every user can write to the folder of its target', async () => {
      const world = createProject();
      const beside = linkFrom(world);
      chmodSync(beside, 0o757);
      await expect(loadSettings(world.host, {})).rejects.toMatchObject({
        why: expect.stringContaining(`${beside} is writable by every user`) as string,
      });
    });
  });

  it('counts with the umask 002 of a private group, and not when another group can write to it', async () => {
    const { host, folder, file } = createProject();
    for (const path of [folder, file]) chmodSync(path, 0o775);
    expect((await loadSettings(host, {})).lang).toBe('scala');
    if (self === 0) chownSync(file, 0, stranger);
    const gid = self === 0 ? 0 : (host.platform.gid ?? 0) + 1;
    await expect(loadSettings({ ...host, platform: { ...host.platform, gid } }, {})).rejects.toMatchObject({
      why: expect.stringContaining('is writable by group') as string,
    });
  });

  it('counts for root when it belongs to the user who called sudo', async () => {
    const world = createProject();
    const host = asStranger(world, world.file);
    const owner = String(self === 0 ? stranger : self);
    const asRoot = { ...host, platform: { ...host.platform, uid: 0 }, env: { SUDO_UID: owner, SUDO_GID: owner } };
    expect((await loadSettings(asRoot, {})).lang).toBe('scala');
    const asUser = { ...asRoot, platform: { ...host.platform, uid: 4242 } };
    await expect(loadSettings(asUser, {})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is looked for up to the home folder and not above', async () => {
    const { host, folder, file } = createProject();
    const at = (userHome: string): FakeHost => ({ ...host, directories: { ...host.directories, userHome } });
    expect(await findSettingsFile(at(folder))).toBe(file);
    expect(await findSettingsFile(at(join(folder, 'deep')))).toBeUndefined();
  });

  it('is not looked at where there are no uids', async () => {
    const world = createProject();
    const host = asStranger(world, world.file);
    await expect(
      requireTrusted({ ...host, platform: { ...host.platform, os: 'win32', uid: undefined } }, world.file),
    ).resolves.toBeUndefined();
  });

  it('and so the overlays beside it', async () => {
    const world = createProject();
    const overlays = join(world.folder, '.spark-dev');
    mkdirSync(overlays);
    expect(await findProjectFolder(world.host)).toBe(world.folder);
    chmodSync(overlays, 0o757);
    await expect(findProjectFolder(world.host)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
