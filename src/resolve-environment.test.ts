import { describe, expect, it } from 'vitest';
import { resolveEnvironment } from './resolve-environment.js';

const home = (): string => '/home/ada';

describe('settleEnvironment', () => {
  it.each(['', '.', 'a/folder'])('takes HOME=%j and XDG_DATA_HOME of that kind as unset', (value) => {
    const env = { HOME: value, XDG_DATA_HOME: value, TMPDIR: value, PATH: '/usr/bin', LANG: '' };
    resolveEnvironment(env, home);
    expect(env).toEqual({ HOME: '/home/ada', PATH: '/usr/bin', LANG: '' });
  });

  it('leaves absolute folders as they are', () => {
    const env = { HOME: '/root', XDG_CACHE_HOME: '/big disk/cache' };
    resolveEnvironment(env, home);
    expect(env).toEqual({ HOME: '/root', XDG_CACHE_HOME: '/big disk/cache' });
  });

  const nobody = (): string => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  };

  it('gives a user without an entry in passwd the folder of SPARK_DEV_HOME', () => {
    const env: Record<string, string | undefined> = { SPARK_DEV_HOME: '/data/spark-dev' };
    resolveEnvironment(env, nobody);
    expect(env['HOME']).toBe('/data/spark-dev');
  });

  it.each([{}, { HOME: '' }, { SPARK_DEV_HOME: 'relative' }])('refuses %j by name without that', (env) => {
    expect(() => {
      resolveEnvironment({ ...env }, nobody);
    }).toThrow('This user has no home folder');
  });
});
