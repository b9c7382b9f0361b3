import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../config/own-folders.js';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import {
  complete,
  completeFolder,
  halfMadeName,
  isAbandoned,
  isMakerGone,
  listAbandoned,
  sweepAbandoned,
  findDamage,
} from './half-made.js';

/** Over the real /proc. */
function realHost(): FakeHost {
  const host = createFakeHost();
  return {
    ...host,
    clock: { ...host.clock, now: () => Date.now() },
    directories: { ...host.directories, system: '/' },
  };
}

function put(path: string, hoursAgo = 0): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'half');
  const at = Date.now() / 1000 - hoursAgo * 3600;
  utimesSync(path, at, at);
  return path;
}

const ours = String(process.pid);
const dead = String(spawnSync('true').pid);
const by = (pid: string, path: string): string => halfMadeName(path).replace(`-${ours}-`, `-${pid}-`);

describe('a half-made file', () => {
  it.each([
    ['its maker lives', 'a.jar', ours, 0, false],
    ['its maker lives, and it took long', 'a.jar', ours, 10, false],
    ['its maker died', 'a.jar', dead, 0, true],
    ['its maker’s number went to another process', 'a.jar', '1', 30, true],
  ])('%s', async (_when, name, pid, hours, expected) => {
    const host = realHost();
    const path = put(by(pid, join(host.directories.cache, 'jars', name)), hours);
    expect(await isAbandoned(host, path)).toBe(expected);
  });

  it.each([
    ['of another version', 'a.jar.0badcafe.part', 1, false],
    ['of another version, hours ago', 'a.jar.0badcafe.part', 4, true],
    ['of another machine', `a.jar.000000-${dead}-abcd.part`, 1, false],
    ['of another machine, hours ago', `a.jar.000000-${dead}-abcd.part`, 4, true],
  ])('%s', async (_which, name, hours, expected) => {
    const host = realHost();
    expect(await isAbandoned(host, put(join(host.directories.cache, 'jars', name), hours))).toBe(expected);
    expect(await isMakerGone(host, name)).toBe(false);
  });

  // as it is seen from a container that has the host's name and its own process numbers
  it('is left alone where its maker may live in another namespace', async () => {
    const host = realHost();
    const elsewhere = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
    const path = put(join(host.directories.cache, `jars/a.jar.${elsewhere}-${dead}-abcd.part`));
    expect(halfMadeName('')).not.toContain(elsewhere);
    expect(await isAbandoned(host, path)).toBe(false);
    expect(await isMakerGone(host, path)).toBe(false);
  });

  it('is swept in every cache, and nothing that is whole or alive', async () => {
    const host = realHost();
    await claimFolders(host.directories);
    const { cache, data } = host.directories;
    const gone = [
      put(by(dead, join(cache, 'class-archives/s.jsa'))),
      put(by(dead, join(cache, 'downloads/pyspark.tar.gz'))),
      put(by(dead, join(cache, 'jars/a.jar'))),
      put(by(dead, join(cache, 'jre/21'))),
      put(by(dead, join(cache, 'spark/4.3.0'))),
      put(join(data, 'images/spark-0123456789ab.tar.partial'), 4),
      dirname(put(join(data, `tools/etcd/.building-${halfMadeName('').slice(1, 7)}-${dead}-aBcDeF/etcd`))),
    ];
    const kept = [
      put(join(cache, 'jars/a.jar'), 50),
      put(by(ours, join(cache, 'jars/b.jar'))),
      put(join(data, 'mine.part/x'), 0),
      // a person's, and old
      put(join(cache, 'build/out.js'), 50),
      put(join(cache, 'downloads/film.mkv.part'), 50),
      put(join(data, 'images/disk.qcow2.partial'), 50),
    ];
    expect([...(await listAbandoned(host))].sort()).toEqual(gone.sort());
    await sweepAbandoned(host);
    expect(gone.filter((path) => existsSync(path))).toEqual([]);
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('gets its name as a whole', async () => {
    const { directories } = createFakeHost();
    const path = join(directories.cache, 'spark/4.3.0');
    const part = halfMadeName(path);
    mkdirSync(join(part, 'deps/jars'), { recursive: true });
    writeFileSync(join(part, 'deps/jars/a.jar'), 'a');
    await complete(part, path);
    expect(readdirSync(dirname(path))).toEqual(['4.3.0']);
    expect(readFileSync(join(path, 'deps/jars/a.jar'), 'utf8')).toBe('a');
  });
});

describe('the noted sizes of a folder', () => {
  it('tell which file is missing or cut, and nothing of one that nobody noted', async () => {
    const folder = join(createFakeHost().directories.cache, 'spark/4.3.0');
    const jar = put(join(folder, 'deps/jars/spark-core.jar'));
    expect(await findDamage(folder)).toBeUndefined();
    const part = halfMadeName(folder);
    renameSync(folder, part);
    await completeFolder(part, folder);
    put(join(folder, 'python/__pycache__/x.pyc'));
    expect(await findDamage(folder)).toBeUndefined();
    writeFileSync(jar, '');
    expect(await findDamage(folder)).toBe(`${jar} has 0 bytes instead of 4`);
    writeFileSync(`${folder}.sizes`, '{"deps');
    expect(await findDamage(folder)).toBeUndefined();
  });
});
