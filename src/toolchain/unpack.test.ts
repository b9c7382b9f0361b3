import { createWriteStream, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { unpackTarball, unpackZip } from './unpack.js';

const directory = (): string => createFakeHost().directories.working;

describe('unpackZip', () => {
  it('keeps exec bits', async () => {
    const root = directory();
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('#!'), 'jre/lib/jspawnhelper', { mode: 0o100755 });
    zip.addBuffer(Buffer.from('text'), 'jre/release', { mode: 0o100644 });
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(join(root, 'a.zip')));
    await unpackZip(join(root, 'a.zip'), join(root, 'out'));
    expect(statSync(join(root, 'out/jre/lib/jspawnhelper')).mode & 0o111).toBe(0o111);
    expect(statSync(join(root, 'out/jre/release')).mode & 0o111).toBe(0);
  });

  it('leaves nothing of an archive that breaks off', async () => {
    const root = directory();
    writeFileSync(join(root, 'broken.zip'), 'PK no zip');
    await expect(unpackZip(join(root, 'broken.zip'), join(root, 'out'))).rejects.toThrow();
    expect(readdirSync(root)).toEqual(['broken.zip']);
  });
});

describe('unpackTarball', () => {
  it('drops the top folder, and keeps what another run unpacked meanwhile', async () => {
    const root = directory();
    mkdirSync(join(root, 'pyspark-1/deps'), { recursive: true });
    writeFileSync(join(root, 'pyspark-1/deps/a.jar'), 'jar');
    await create({ file: join(root, 'a.tar.gz'), gzip: true, cwd: root }, ['pyspark-1']);
    const out = join(root, 'out');
    const { signal } = new AbortController();
    const archive = join(root, 'a.tar.gz');
    await Promise.all([unpackTarball(archive, out, signal), unpackTarball(archive, out, signal)]);
    expect(readFileSync(join(out, 'deps/a.jar'), 'utf8')).toBe('jar');
    expect(readdirSync(root).sort()).toEqual(['a.tar.gz', 'out', 'out.sizes', 'pyspark-1']);
  });

  it('ends with Ctrl-C and leaves nothing', async () => {
    const root = directory();
    mkdirSync(join(root, 'pyspark-1'));
    writeFileSync(join(root, 'pyspark-1/a.jar'), 'jar');
    await create({ file: join(root, 'a.tar.gz'), gzip: true, cwd: root }, ['pyspark-1']);
    const cut = unpackTarball(join(root, 'a.tar.gz'), join(root, 'out'), AbortSignal.abort());
    await expect(cut).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(root).sort()).toEqual(['a.tar.gz', 'pyspark-1']);
  });
});
