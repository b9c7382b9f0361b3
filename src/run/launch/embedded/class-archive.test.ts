import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import { describeDistribution } from '../../../toolchain/spark/distribution.js';
import { sparkVersion } from '../../../toolchain/spark/versions.js';
import { openClassArchive } from './class-archive.js';

const { directories } = createFakeHost();
const distribution = describeDistribution(directories, sparkVersion);
const java = { program: '/usr/bin/java', major: 17, build: '17.0.15+6', hasVectorModule: true };
const scratch = join(directories.state, 'tmp');

describe('openClassArchive', () => {
  it('is written by the first run and used by the next, never by another Java', async () => {
    const first = await openClassArchive(directories, { java, distribution }, scratch);
    expect(first.options.at(-1)).toBe(`-XX:ArchiveClassesAtExit=${join(scratch, 'classes.jsa')}`);
    mkdirSync(scratch, { recursive: true });
    writeFileSync(join(scratch, 'classes.jsa'), '');
    await first.keep?.();
    const next = await openClassArchive(directories, { java, distribution }, scratch);
    const used = next.options.at(-1)?.replace('-XX:SharedArchiveFile=', '') ?? '';
    expect(existsSync(used)).toBe(true);
    expect(dirname(used)).toBe(join(directories.cache, 'class-archives'));
    const other = await openClassArchive(directories, { java: { ...java, build: '17.0.16+8' }, distribution }, scratch);
    expect(other.options.at(-1)).toContain('ArchiveClassesAtExit');
  });

  it.each([
    [
      'cut',
      (path: string): void => {
        truncateSync(path, 5000);
      },
    ],
    [
      'empty',
      (path: string): void => {
        truncateSync(path, 0);
      },
    ],
    [
      'garbage of the same size',
      (path: string): void => {
        writeFileSync(path, Buffer.alloc(9000, 7));
      },
    ],
    [
      'of an older version, without a note',
      (path: string): void => {
        rmSync(`${path}.note`);
      },
    ],
  ])('is written again when it is %s: the JVM would crash, or be slow without a word', async (_how, damage) => {
    const { directories: fresh } = createFakeHost();
    const work = join(fresh.state, 'tmp');
    const train = async (): Promise<string> => {
      const archive = await openClassArchive(fresh, { java, distribution }, work);
      mkdirSync(work, { recursive: true });
      writeFileSync(join(work, 'classes.jsa'), Buffer.alloc(9000, 1));
      await archive.keep?.();
      return archive.options.at(-1) ?? '';
    };
    await train();
    const path = (await train()).replace('-XX:SharedArchiveFile=', '');
    damage(path);
    expect(await train()).toContain('ArchiveClassesAtExit');
    expect(await train()).toBe(`-XX:SharedArchiveFile=${path}`);
  });

  it('is neither used nor written where something stands before the jars', async () => {
    const none = await openClassArchive(directories, { java, distribution }, scratch, ['/a.jar']);
    expect(none.options).toEqual([]);
  });

  // nothing can be written below /proc, and its free space is 0
  it.runIf(process.platform === 'linux').each([['scratch'], ['cache']])(
    'is left out, with the reason, where the %s has no room for it',
    async (which) => {
      const full = '/proc/spark-dev';
      const where = which === 'cache' ? { ...directories, cache: full } : directories;
      const fresh = { java: { ...java, build: which }, distribution };
      const none = await openClassArchive(where, fresh, which === 'scratch' ? full : scratch);
      expect(none.options).toEqual([]);
      expect(none.leftOut).toMatch(/^Spark's class archive is not used: it needs 400 MB, and \/proc has 0/);
    },
  );

  it('is no trouble when the JVM wrote nothing', async () => {
    const fresh = await openClassArchive(createFakeHost().directories, { java, distribution }, '/nowhere');
    await expect(fresh.keep?.()).resolves.toBeUndefined();
  });
});
