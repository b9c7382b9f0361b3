import { describe, expect, it } from 'vitest';
import { listConfigurationFiles, mergeConfiguration } from './configuration.js';

const onLinux = (env: Readonly<Record<string, string>>): readonly string[] =>
  listConfigurationFiles(env, 'linux', '/home/ann');

describe('listConfigurationFiles', () => {
  it('names global, user and site files in that order', () => {
    expect(onLinux({ VIRTUAL_ENV: '/venv' })).toEqual([
      '/etc/xdg/pip/pip.conf',
      '/etc/pip.conf',
      '/home/ann/.pip/pip.conf',
      '/home/ann/.config/pip/pip.conf',
      '/venv/pip.conf',
    ]);
  });

  it('puts PIP_CONFIG_FILE last, and reads nothing at all when that is /dev/null', () => {
    expect(onLinux({ PIP_CONFIG_FILE: '/x.conf' }).at(-1)).toBe('/x.conf');
    expect(onLinux({ PIP_CONFIG_FILE: '/dev/null' })).toEqual([]);
  });

  it('knows the places on macOS', () => {
    const files = listConfigurationFiles({}, 'darwin', '/Users/ann');
    expect(files).toContain('/Library/Application Support/pip/pip.conf');
    expect(files).toContain('/Users/ann/Library/Application Support/pip/pip.conf');
  });
});

describe('mergeConfiguration', () => {
  it('is PyPI when nothing is said', () => {
    expect(mergeConfiguration([], {})).toEqual({ indexUrls: ['https://pypi.org/simple'], caFile: undefined });
  });

  it('lets later files, then the command, then the environment win', () => {
    const global = '[global]\nindex-url = https://one/simple/\ncert=/ca.pem\n';
    const user = '# mine\n[global]\nindex_url: https://two/simple\n';
    expect(mergeConfiguration([global, user], {}).indexUrls).toEqual(['https://two/simple']);
    expect(mergeConfiguration([`${global}[install]\nindex-url=https://three/simple`, user], {}).indexUrls).toEqual([
      'https://three/simple',
    ]);
    expect(mergeConfiguration([global, user], { PIP_INDEX_URL: 'https://four/simple/' })).toEqual({
      indexUrls: ['https://four/simple'],
      caFile: '/ca.pem',
    });
  });

  it('reads several extra indexes, also on continuation lines', () => {
    const file = '[global]\nextra-index-url =\n    https://a/simple\n    ; not this one\n    https://b/simple/\n';
    expect(mergeConfiguration([file], {}).indexUrls).toEqual([
      'https://pypi.org/simple',
      'https://a/simple',
      'https://b/simple',
    ]);
  });

  it('takes an empty variable for none', () => {
    expect(mergeConfiguration(['[global]\nindex-url=https://one/simple'], { PIP_INDEX_URL: '' }).indexUrls).toEqual([
      'https://one/simple',
    ]);
  });
});

it('reads a line of blanks in one pass', () => {
  expect(mergeConfiguration([`[global]\na${' '.repeat(400_000)}`], {}).indexUrls).toEqual(['https://pypi.org/simple']);
});
