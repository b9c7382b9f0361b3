/** Sources of packages, as pip itself would resolve them. */
export interface PypiConfiguration {
  /** Without a trailing slash, in the order of asking. */
  readonly indexUrls: readonly string[];
  /** A PEM file that pip would trust. */
  readonly caFile: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const defaultIndexUrl = 'https://pypi.org/simple';

/** pip's configuration files, the strongest last. https://pip.pypa.io/en/stable/topics/configuration/#location */
export function listConfigurationFiles(env: Env, os: NodeJS.Platform, userHome: string): readonly string[] {
  const named = env['PIP_CONFIG_FILE'];
  // pip's own way to disable all files
  if (named === '/dev/null') return [];
  const xdgUser = `${env['XDG_CONFIG_HOME'] ?? `${userHome}/.config`}/pip/pip.conf`;
  const prefix = env['VIRTUAL_ENV'] ?? env['CONDA_PREFIX'];
  const global =
    os === 'darwin'
      ? ['/Library/Application Support/pip/pip.conf']
      : (env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':').map((directory) => `${directory}/pip/pip.conf`);
  return [
    ...global,
    '/etc/pip.conf',
    `${userHome}/.pip/pip.conf`,
    ...(os === 'darwin' ? [`${userHome}/Library/Application Support/pip/pip.conf`] : []),
    xdgUser,
    ...(prefix === undefined ? [] : [`${prefix}/pip.conf`]),
    ...(named === undefined ? [] : [named]),
  ];
}

/** The merged result of the files and PIP_ variables: a command's section wins over [global], the environment over all. */
export function mergeConfiguration(files: readonly string[], env: Env): PypiConfiguration {
  const sections = files.map(parseConfiguration);
  const settings: Record<string, string> = {};
  for (const section of ['global', 'install', 'download']) {
    for (const file of sections) Object.assign(settings, file[section]);
  }
  for (const key of ['index-url', 'extra-index-url', 'cert']) {
    const value = env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
    if (value !== undefined && value !== '') settings[key] = value;
  }
  const extra = (settings['extra-index-url'] ?? '').split(/\s+/).filter((url) => url !== '');
  return {
    indexUrls: [settings['index-url'] ?? defaultIndexUrl, ...extra].map((url) => url.trim().replace(/\/+$/, '')),
    caFile: settings['cert'],
  };
}

/** Python's RawConfigParser as far as pip uses it: sections, `key = value`, comments, indented continuation lines. */
function parseConfiguration(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^([^\s=:][^=:]*)[=:](.*)$/.exec(line);
    if (header !== undefined) {
      section = sections[header] ??= {};
      key = undefined;
    } else if (/^\s/.test(line) && section !== undefined && key !== undefined) {
      section[key] = `${section[key] ?? ''} ${line.trim()}`.trim();
    } else if (pair?.[1] !== undefined && section !== undefined) {
      key = pair[1].trimEnd().toLowerCase().replaceAll('_', '-').replace(/^--/, '');
      section[key] = pair[2]?.trim() ?? '';
    }
  }
  return sections;
}
