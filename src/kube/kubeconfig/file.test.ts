import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import { place } from '../../../test/fakes/private-kubeconfig.js';
import { clusterPaths } from '../names.js';
import { findEntry, putEntry, type KubeconfigEntry } from './edit.js';
import { mergeIntoUserKubeconfig, observeUserEntry, removeFromUserKubeconfig } from './file.js';
import { listUserKubeconfigs } from './edit-file.js';

const authority = '-----BEGIN CERTIFICATE-----\nthe authority of this home\n';
const entry: KubeconfigEntry = {
  name: 'spark-dev',
  cluster: { 'certificate-authority-data': toBase64(authority), server: 'https://127.0.0.1:1' },
  user: { token: 't' },
  context: { cluster: 'spark-dev', user: 'spark-dev' },
};
const users = '# mine\nkind: Config\nclusters: []\ncurrent-context: prod\n';

function homeWith(files: Readonly<Record<string, string>>, kubeconfig?: readonly string[]): FakeHost {
  const plain = createFakeHost();
  const home = plain.directories.userHome;
  place(join(clusterPaths(plain.directories).minikubeHome, '.minikube', 'ca.crt'), authority);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  if (kubeconfig === undefined) return plain;
  return { ...plain, env: { ...plain.env, KUBECONFIG: kubeconfig.map((name) => join(home, name)).join(':') } };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function pathIn(host: FakeHost, name: string): string {
  return join(host.directories.userHome, name);
}

describe('an entry of the same name for another cluster', () => {
  const theirs = putEntry(users, {
    ...entry,
    cluster: { server: 'https://10.0.0.1', 'certificate-authority-data': 'dGhlaXJz' },
  });

  it('is neither written over nor taken out, whatever stands in it', async () => {
    const pieces = 'clusters:\n- name: spark-dev\n  cluster: {server: https://10.0.0.1}\n';
    for (const text of [theirs, pieces]) {
      const host = homeWith({ a: text }, ['a']);
      await expect(mergeIntoUserKubeconfig(host, entry)).rejects.toMatchObject({ code: 'IN_USE' });
      expect((await observeUserEntry(host, entry)).state).toBe('foreign');
      expect(await removeFromUserKubeconfig(host)).toEqual({ edited: [], left: [] });
      expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe(text);
    }
  });

  it("does not hide this home's own in another file", async () => {
    const host = homeWith({ a: theirs, b: putEntry(users, entry) }, ['a', 'b']);
    expect(await observeUserEntry(host, entry)).toMatchObject({ state: 'there', path: pathIn(host, 'b') });
    expect((await removeFromUserKubeconfig(host)).edited).toEqual([pathIn(host, 'b')]);
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe(theirs);
  });

  it.each(['cluster certificate-authority', 'user client-certificate'])("is this home's by %s", async (where) => {
    const host = homeWith({ a: '' }, ['a']);
    const [kind = '', key = ''] = where.split(' ');
    const named = {
      user: { token: 't' },
      cluster: { server: 'x' },
      [kind]: { [key]: join(host.directories.data, 'minikube', 'a.crt') },
    };
    writeFileSync(pathIn(host, 'a'), putEntry(users, { ...entry, ...named }));
    expect((await removeFromUserKubeconfig(host)).edited).toEqual([pathIn(host, 'a')]);
  });
});

describe('which file is written', () => {
  it.each([
    ['no KUBECONFIG', {}, undefined, '.kube/config'],
    ['one that is not there yet', {}, ['a'], 'a'],
    ['the first that is there', { b: users, c: users }, ['a', 'b', 'c'], 'b'],
    ['the last when none is there', {}, ['a', 'b'], 'b'],
  ])('%s', async (_name, files, list, expected) => {
    const host = homeWith(files, list);
    expect((await listUserKubeconfigs(host)).written).toBe(pathIn(host, expected));
  });

  it('never our private one, even where KUBECONFIG names it', async () => {
    const plain = createFakeHost();
    const host = { ...plain, env: { ...plain.env, KUBECONFIG: clusterPaths(plain.directories).kubeconfig } };
    expect((await listUserKubeconfigs(host)).written).toBe(pathIn(host, '.kube/config'));
  });

  it('no directory: it is named', async () => {
    const host = homeWith({ 'd/x': '', b: users }, ['d', 'b']);
    expect(await listUserKubeconfigs(host)).toMatchObject({
      files: [pathIn(host, 'b')],
      written: pathIn(host, 'b'),
      passedOver: [{ path: pathIn(host, 'd') }],
    });
  });

  it('a directory alone is written to no more than looked into', async () => {
    const host = homeWith({ 'd/x': '' }, ['d']);
    await expect(mergeIntoUserKubeconfig(host, entry)).rejects.toMatchObject({ code: 'KUBECONFIG_BROKEN' });
    expect(await observeUserEntry(host, entry)).toMatchObject({
      state: 'broken',
      path: pathIn(host, 'd'),
    });
    expect(readdirSync(pathIn(host, 'd'))).toEqual(['x']);
  });

  it('renews our entry in place, further down the list', async () => {
    const old = `clusters:\n- name: spark-dev\n  cluster: {server: x, certificate-authority-data: ${toBase64(authority)}}\n`;
    const host = homeWith({ a: users, b: old }, ['a', 'b']);
    expect(await mergeIntoUserKubeconfig(host, entry)).toBe(pathIn(host, 'b'));
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe(users);
    expect(findEntry(readFileSync(pathIn(host, 'b'), 'utf8'), 'spark-dev')).toEqual(entry);
  });
});

describe('writing', () => {
  it('begins a private file without a current context where there is none', async () => {
    const host = homeWith({});
    const path = await mergeIntoUserKubeconfig(host, entry);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('current-context');
  });

  it('goes through a symbolic link and keeps the mode of the file behind it', async () => {
    const host = homeWith({ 'dotfiles/kubeconfig': users, '.kube/cache': '' });
    chmodSync(pathIn(host, 'dotfiles/kubeconfig'), 0o640);
    symlinkSync('../dotfiles/kubeconfig', pathIn(host, '.kube/config'));
    await mergeIntoUserKubeconfig(host, entry);
    expect(lstatSync(pathIn(host, '.kube/config')).isSymbolicLink()).toBe(true);
    expect(statSync(pathIn(host, 'dotfiles/kubeconfig')).mode & 0o777).toBe(0o640);
    expect(findEntry(readFileSync(pathIn(host, 'dotfiles/kubeconfig'), 'utf8'), 'spark-dev')).toEqual(entry);
    expect(readdirSync(pathIn(host, 'dotfiles'))).toEqual(['kubeconfig']);
  });

  it('makes the file that a dangling link means, and keeps the link', async () => {
    const host = homeWith({ '.kube/cache': '' });
    symlinkSync('../dotfiles/kubeconfig', pathIn(host, '.kube/config'));
    await mergeIntoUserKubeconfig(host, entry);
    expect(lstatSync(pathIn(host, '.kube/config')).isSymbolicLink()).toBe(true);
    expect(findEntry(readFileSync(pathIn(host, 'dotfiles/kubeconfig'), 'utf8'), 'spark-dev')).toEqual(entry);
  });

  it('leaves bytes that are no text alone', async () => {
    const host = homeWith({ '.kube/config': '' });
    const bytes = Buffer.from([0x23, 0xff, 0x0a]);
    writeFileSync(pathIn(host, '.kube/config'), bytes);
    await expect(mergeIntoUserKubeconfig(host, entry)).rejects.toMatchObject({ code: 'KUBECONFIG_BROKEN' });
    expect(readFileSync(pathIn(host, '.kube/config'))).toEqual(bytes);
  });

  it('does not touch a file that holds the entry already', async () => {
    const host = homeWith({ '.kube/config': users });
    const path = await mergeIntoUserKubeconfig(host, entry);
    const before = statSync(path).ino;
    await mergeIntoUserKubeconfig(host, entry);
    expect(statSync(path).ino).toBe(before);
  });

  it('names line and column of a broken file and leaves it alone', async () => {
    const broken = 'kind: Config\nusers: [\n';
    const host = homeWith({ '.kube/config': broken });
    await expect(mergeIntoUserKubeconfig(host, entry)).rejects.toMatchObject({
      code: 'KUBECONFIG_BROKEN',
      what: `${pathIn(host, '.kube/config')} was left unchanged`,
      why: expect.stringMatching(/line 3, column 1/) as string,
    });
    expect(readFileSync(pathIn(host, '.kube/config'), 'utf8')).toBe(broken);
  });

  it('waits for kubectl, and edits what kubectl wrote', async () => {
    const host = homeWith({ '.kube/config': users, '.kube/config.lock': '' });
    const theirs = users.replace('prod', 'staging');
    setTimeout(() => {
      writeFileSync(pathIn(host, '.kube/config'), theirs);
      rmSync(pathIn(host, '.kube/config.lock'));
    }, 3);
    await mergeIntoUserKubeconfig({ ...host, clock: { ...host.clock, sleep: () => pause(2) } }, entry);
    expect(readFileSync(pathIn(host, '.kube/config'), 'utf8')).toBe(putEntry(theirs, entry));
    expect(readdirSync(pathIn(host, '.kube'))).toEqual(['config']);
  });

  it('minds a lock on the link as well as one on the file behind it', async () => {
    for (const lock of ['.kube/config.lock', 'dotfiles/kubeconfig.lock']) {
      const host = homeWith({ 'dotfiles/kubeconfig': users, '.kube/cache': '', [lock]: '' });
      symlinkSync('../dotfiles/kubeconfig', pathIn(host, '.kube/config'));
      await expect(mergeIntoUserKubeconfig(host, entry)).rejects.toThrow('left unchanged');
      expect(readdirSync(pathIn(host, dirname(lock)))).toContain(basename(lock));
      expect([...readdirSync(pathIn(host, '.kube')), ...readdirSync(pathIn(host, 'dotfiles'))]).toHaveLength(4);
    }
  });

  it('stays away while kubectl holds its lock', async () => {
    const host = homeWith({ '.kube/config': users, '.kube/config.lock': '' });
    await expect(mergeIntoUserKubeconfig(host, entry)).rejects.toThrow('left unchanged');
    expect(readdirSync(pathIn(host, '.kube')).sort()).toEqual(['config', 'config.lock']);
    expect(readFileSync(pathIn(host, '.kube/config'), 'utf8')).toBe(users);
  });
});

describe('observing and removing', () => {
  it('tells absent, there, stale and broken apart', async () => {
    const host = homeWith({ '.kube/config': users });
    expect((await observeUserEntry(host, entry)).state).toBe('absent');
    await mergeIntoUserKubeconfig(host, entry);
    expect((await observeUserEntry(host, entry)).state).toBe('there');
    expect((await observeUserEntry(host, { ...entry, user: { token: 'new' } })).state).toBe('stale');
    writeFileSync(pathIn(host, '.kube/config'), 'a: [');
    expect((await observeUserEntry(host, entry)).state).toBe('broken');
  });

  it('takes our entry out of every file of the list', async () => {
    const host = homeWith({ a: users, b: users }, ['a', 'b']);
    await mergeIntoUserKubeconfig(host, entry);
    expect(await removeFromUserKubeconfig(host)).toEqual({ edited: [pathIn(host, 'a')], left: [] });
    expect(parseKinds(host)).toEqual([true, true]);
    expect(await removeFromUserKubeconfig(host)).toEqual({ edited: [], left: [] });
  });

  it('a file that cannot be edited is named, and the others are done', async () => {
    const host = homeWith({ a: 'spark-dev: [', b: users }, ['a', 'b']);
    writeFileSync(pathIn(host, 'b'), putEntry(users, entry));
    const { edited, left } = await removeFromUserKubeconfig(host);
    expect(edited).toEqual([pathIn(host, 'b')]);
    expect(left).toMatchObject([{ code: 'KUBECONFIG_BROKEN', facts: { path: pathIn(host, 'a'), line: 1 } }]);
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe('spark-dev: [');
  });
});

function parseKinds(host: FakeHost): boolean[] {
  return ['a', 'b'].map((name) => !readFileSync(pathIn(host, name), 'utf8').includes('spark-dev'));
}
