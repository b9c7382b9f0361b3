import { describe, expect, it } from 'vitest';
import { listConfigurationFiles, mergeConfiguration } from './configuration.js';

const onLinux = (env: Readonly<Record<string, string>>): readonly string[] =>
  listConfigurationFiles(env, 'linux', '/home/ann', () => false);

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

  it('leaves the user files out when PIP_CONFIG_FILE exists', () => {
    const files = listConfigurationFiles({ PIP_CONFIG_FILE: '/x.conf' }, 'linux', '/home/ann', () => true);
    expect(files).toEqual(['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/x.conf']);
  });

  it('puts PIP_CONFIG_FILE last, and reads nothing at all when that is /dev/null', () => {
    expect(onLinux({ PIP_CONFIG_FILE: '/x.conf' }).at(-1)).toBe('/x.conf');
    expect(onLinux({ PIP_CONFIG_FILE: '/dev/null' })).toEqual([]);
  });

  it('knows the places on macOS', () => {
    const support = 'Library/Application Support/pip/pip.conf';
    const listOnMac = (isThere: boolean) => listConfigurationFiles({}, 'darwin', '/Users/ann', () => isThere);
    expect(listOnMac(true)).toEqual([`/${support}`, '/Users/ann/.pip/pip.conf', `/Users/ann/${support}`]);
    expect(listOnMac(false).at(-1)).toBe('/Users/ann/.config/pip/pip.conf');
  });
});

const merge = (texts: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  mergeConfiguration(
    texts.map((text, index) => ({ path: `/${String(index)}.conf`, text })),
    env,
    '/home/ann',
  );

describe('mergeConfiguration', () => {
  it('is PyPI when nothing is said', () => {
    expect(merge([])).toMatchObject({ indexUrls: ['https://pypi.org/simple'], caFile: undefined });
  });

  it('lets later files, then the command, then the environment win', () => {
    const global = '[global]\nindex-url = https://one/simple/\ncert=/ca.pem\n';
    const user = '# mine\n[global]\nindex_url: https://two/simple\n';
    expect(merge([global, user], {}).indexUrls).toEqual(['https://two/simple']);
    expect(merge([`${global}[install]\nindex-url=https://three/simple`, user], {}).indexUrls).toEqual([
      'https://three/simple',
    ]);
    expect(merge([global, user], { PIP_INDEX_URL: 'https://four/simple/' })).toMatchObject({
      indexUrls: ['https://four/simple'],
      caFile: '/ca.pem',
    });
  });

  it('reads several extra indexes, also on continuation lines', () => {
    const file = '[global]\nextra-index-url =\n    https://a/simple\n    ; not this one\n    https://b/simple/\n';
    expect(merge([file], {}).indexUrls).toEqual(['https://pypi.org/simple', 'https://a/simple', 'https://b/simple']);
  });

  it('takes an empty variable for none', () => {
    expect(merge(['[global]\nindex-url=https://one/simple'], { PIP_INDEX_URL: '' }).indexUrls).toEqual([
      'https://one/simple',
    ]);
  });
});

it('reads a line of blanks in one pass', () => {
  expect(merge([`[global]\na${' '.repeat(400_000)}=`], {}).indexUrls).toEqual(['https://pypi.org/simple']);
});

it('reads what else decides where packages come from', () => {
  const file =
    '[global]\nno_index: yes\nfind-links = ~/wheels\n  https://in.test/links\ntrusted-host=in.test\ncert=~/ca.pem';
  expect(merge([file], { PIP_PROXY: 'proxy.test:3128' })).toEqual({
    indexUrls: [],
    findLinks: ['~/wheels', 'https://in.test/links'],
    trustedHosts: ['in.test'],
    proxy: 'proxy.test:3128',
    caFile: '/home/ann/ca.pem',
    clientCertFile: undefined,
  });
});

it.each([
  ['index-url = https://a', 'line 1: it stands before the first [section]'],
  ['[global]\nnonsense', 'line 2: it is no KEY = VALUE'],
  ['[global]\na=1\n[global]', 'line 3: the section [global] is there twice'],
  ['[global]\na=1\nA=1', 'line 3: a is there twice'],
])('refuses %j, as pip does', (text, why) => {
  expect(() => merge([text])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', why }));
});
