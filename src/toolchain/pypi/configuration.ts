import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';

/** Where packages come from, as `pip install` of this user would have it: test/contract/pip-real.test.ts compares the two. */
export interface PypiConfiguration {
  /** Without a trailing slash, in the order of asking; empty with no-index. */
  readonly indexUrls: readonly string[];
  /** Folders, file: addresses and pages. */
  readonly findLinks: readonly string[];
  /** HOST or HOST:PORT, whose certificates count as good. */
  readonly trustedHosts: readonly string[];
  readonly proxy: string | undefined;
  /** PEM files: the authority that pip would trust, and our own certificate with its key. */
  readonly caFile: string | undefined;
  readonly clientCertFile: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const defaultIndexUrl = 'https://pypi.org/simple';

export async function readPypiConfiguration({ env, platform, directories }: Host): Promise<PypiConfiguration> {
  const files: ConfigurationFile[] = [];
  for (const path of listConfigurationFiles(env, platform.os, directories.userHome))
    if (existsSync(path) && (await stat(path)).isFile()) files.push({ path, text: await readFile(path, 'utf8') });
  return mergeConfiguration(files, env, directories.userHome);
}

/** pip's configuration files, the strongest last. https://pip.pypa.io/en/stable/topics/configuration/#location */
export function listConfigurationFiles(
  env: Env,
  os: NodeJS.Platform,
  userHome: string,
  exists = existsSync,
): readonly string[] {
  const filled = (name: string, usual: string): string => (env[name]?.trim() ? (env[name] ?? '') : usual);
  const named = env['PIP_CONFIG_FILE'];
  // pip's own way to disable all files
  if (named === '/dev/null') return [];
  const support = 'Library/Application Support/pip';
  const ofUser = join(userHome, support);
  const isOnMac = os === 'darwin';
  const global = isOnMac
    ? [`/${support}`]
    : [
        ...filled('XDG_CONFIG_DIRS', '/etc/xdg')
          .split(':')
          .map((folder) => `${folder}/pip`),
        '/etc',
      ];
  const xdg = isOnMac ? `${userHome}/.config/pip` : `${filled('XDG_CONFIG_HOME', `${userHome}/.config`)}/pip`;
  const user = [`${userHome}/.pip`, isOnMac && exists(ofUser) ? ofUser : xdg];
  // pip's own is where its Python is, which only Python knows
  const site = env['VIRTUAL_ENV'] ?? env['CONDA_PREFIX'];
  const replacesUser = named !== undefined && named !== '' && exists(named);
  const folders = [...global, ...(replacesUser ? [] : user), ...(site === undefined ? [] : [site])];
  return [...folders.map((folder) => `${folder}/pip.conf`), ...(named === undefined ? [] : [named])];
}

interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

/** The files and PIP_ variables together: [install] wins over [global], the environment over all, and what is empty counts for nothing. */
export function mergeConfiguration(files: readonly ConfigurationFile[], env: Env, userHome = ''): PypiConfiguration {
  const merged = new Map<string, string>();
  for (const file of files)
    for (const [section, options] of parseConfiguration(file))
      for (const [name, value] of options) merged.set(`${section}.${normalize(name)}`, value);
  for (const [name, value = ''] of Object.entries(env))
    if (name.startsWith('PIP_')) merged.set(`:env:.${normalize(name.slice('PIP_'.length))}`, value);
  const settings = new Map<string, string>();
  for (const section of ['global', 'install', ':env:'])
    for (const [key, value] of merged)
      if (key.startsWith(`${section}.`) && value !== '') settings.set(aliasOf(key.slice(section.length + 1)), value);
  const listOf = (name: string): readonly string[] =>
    (settings.get(name) ?? '').split(/\s+/).filter((one) => one !== '');
  const pathOf = (name: string): string | undefined => settings.get(name)?.replace(/^~(?=\/|$)/, userHome);
  const urls = [settings.get('index-url') ?? defaultIndexUrl, ...listOf('extra-index-url')];
  return {
    indexUrls: isTrue('no-index', settings) ? [] : urls.map((url) => url.replace(/\/+$/, '')),
    findLinks: listOf('find-links'),
    trustedHosts: listOf('trusted-host'),
    proxy: settings.get('proxy'),
    caFile: pathOf('cert'),
    clientCertFile: pathOf('client-cert'),
  };
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

/** `--pypi-url` is an older name of `--index-url`. */
function aliasOf(name: string): string {
  return name === 'pypi-url' ? 'index-url' : name;
}

function isTrue(name: string, settings: ReadonlyMap<string, string>): boolean {
  const value = settings.get(name)?.toLowerCase() ?? 'no';
  if (/^(y|yes|t|true|on|1)$/.test(value)) return true;
  if (/^(n|no|f|false|off|0)$/.test(value)) return false;
  throw broken('Your pip configuration', `${name} is ${value}: it takes yes or no`);
}

function broken(where: string, why: string): SparkDevError {
  return new SparkDevError('CONFIG_INVALID', `${where} cannot be read`, { why, fix: ['pip config debug'] });
}

type Sections = Map<string, Map<string, string>>;

/** Python's RawConfigParser, which refuses what has two meanings. https://docs.python.org/3/library/configparser.html */
function parseConfiguration({ path, text }: ConfigurationFile): Sections {
  const defaults = new Map<string, string>();
  const sections: Sections = new Map([['DEFAULT', defaults]]);
  let section: Map<string, string> | undefined;
  let option: string | undefined;
  let indent = 0;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const value = line.trim();
    const refuse = (why: string): SparkDevError => broken(path, `line ${String(index + 1)}: ${why}`);
    if (/^[#;]/.test(value)) continue;
    const column = line.length - line.trimStart().length;
    if (option !== undefined && (value === '' || column > indent)) {
      section?.set(option, `${section.get(option) ?? ''}\n${value}`);
      continue;
    }
    if (value === '') continue;
    indent = column;
    const name = /^\[(.+)\]/.exec(value)?.[1];
    const [, written = '', rest = ''] = /^([^=:]*)[=:](.*)$/.exec(value) ?? [];
    if (name !== undefined) {
      if (name !== 'DEFAULT' && sections.has(name)) throw refuse(`the section [${name}] is there twice`);
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      option = undefined;
    } else if (section === undefined) throw refuse('it stands before the first [section]');
    else {
      option = written.trimEnd().toLowerCase();
      if (option === '') throw refuse('it is no KEY = VALUE');
      if (section.has(option)) throw refuse(`${option} is there twice`);
      section.set(option, rest.trim());
    }
  }
  sections.delete('DEFAULT');
  const trimmed = ([key, value]: readonly [string, string]) => [key, value.trimEnd()] as const;
  return new Map([...sections].map(([name, own]) => [name, new Map([...defaults, ...own].map(trimmed))]));
}
