import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainDiskError } from './disk-error.js';

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing went wrong');
}

function errno(code: string, more: object): Error {
  return Object.assign(new Error(`${code}: said by the kernel`), { code, ...more });
}

/** Folders and files that Node really refuses. */
function realTrouble(): Readonly<Record<string, unknown>> {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
  const file = join(root, 'file');
  writeFileSync(file, '');
  symlinkSync(join(root, 'loop'), join(root, 'loop'));
  mkdirSync(join(root, 'full/inside'), { recursive: true });
  return {
    ELOOP: errorOf(() => readFileSync(join(root, 'loop'))),
    ENAMETOOLONG: errorOf(() => {
      mkdirSync(join(root, 'x'.repeat(300)));
    }),
    ENOTDIR: errorOf(() => readFileSync(join(file, 'below'))),
    EEXIST: errorOf(() => {
      mkdirSync(file);
    }),
    ENOTEMPTY: errorOf(() => {
      rmdirSync(join(root, 'full'));
    }),
    ENOENT: errorOf(() => readFileSync(join(root, 'missing'))),
  };
}

describe('explainDiskError', () => {
  it.each(Object.entries(realTrouble()))('names the path, the reason and a fix for a real %s', (code, thrown) => {
    const error = explainDiskError(thrown);
    expect(error).toMatchObject({ code: 'DISK_WRITE_FAILED', exitCode: 1 });
    expect(error?.what).toContain('spark-dev-test-');
    expect(error?.why).toMatch(new RegExp(`^[A-Z].*\\. \\(${code}: `));
    expect(error?.fix.length).toBeGreaterThan(0);
  });

  it.each([
    ...['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ETXTBSY', 'EBUSY', 'EXDEV', 'ENODEV', 'ENXIO', 'ESTALE'].map(
      (code) => [code, 1] as const,
    ),
    ...['EFBIG', 'EMFILE', 'ENFILE', 'EIO'].map((code) => [code, 1] as const),
    ...['ENOSPC', 'EDQUOT'].map((code) => [code, 6] as const),
  ])('knows %s: exit %i', (code, exitCode) => {
    const error = explainDiskError(errno(code, { path: '/a/file', syscall: 'open' }));
    expect(error?.exitCode).toBe(exitCode);
    expect(error?.what).toContain(exitCode === 6 ? 'The disk is full at /a/file' : '/a/file cannot be used');
  });

  it.each(['EFBIG', 'EIO', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EROFS', 'ESTALE'])(
    'knows %s of a write, which names no path',
    (code) => {
      expect(explainDiskError(errno(code, { syscall: 'write' }))?.fix.length).toBeGreaterThan(0);
    },
  );

  it('names the chown for a folder of spark-dev that belongs to root, and for no other', () => {
    const own = '/usr';
    const thrown = errno('EACCES', { syscall: 'mkdir', path: join(own, 'downloads') });
    expect(explainDiskError(thrown, [own])).toMatchObject({
      code: 'FOLDER_OF_ROOT',
      exitCode: 4,
      fix: [`sudo chown -R "$(id -u):$(id -g)" ${own}`, expect.any(String) as string],
    });
    expect(explainDiskError(thrown, [join(own, 'other')])).toMatchObject({ code: 'DISK_WRITE_FAILED' });
  });

  it('says how much is free where a write names no path', () => {
    const own = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
    const error = explainDiskError(errno('ENOSPC', { syscall: 'write' }), [own]);
    expect(error?.what).toBe(`The disk is full at ${own}`);
    expect(error?.why).toMatch(/\d+ bytes are free at /);
  });

  it('says that the current folder was deleted', () => {
    const thrown = errno('ENOENT', { syscall: 'uv_cwd' });
    expect(explainDiskError(thrown)).toMatchObject({ code: 'USAGE', what: 'The current folder was deleted' });
  });

  it.each([
    ['a signal', errno('EPERM', { syscall: 'kill' })],
    ['a socket', errno('EACCES', { syscall: 'connect', path: '/var/run/docker.sock' })],
    ['a program', errno('ENOENT', { syscall: 'spawn docker', path: 'docker' })],
    ['a network', errno('ECONNREFUSED', { syscall: 'connect' })],
    ['a bug', new TypeError('x is undefined')],
    ['a name of every object', errno('constructor', { path: '/a' })],
  ])('leaves the error of %s to others', (_what, thrown) => {
    expect(explainDiskError(thrown)).toBeUndefined();
  });
});
