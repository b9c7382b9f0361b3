import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFakeHost } from '../fakes/fake-host.js';
import { readPypiConfiguration } from '../../src/toolchain/pypi/configuration.js';
import { sampleInputs } from './inputs.js';

/** pip and spark-dev read the same files and variables. */

const places = {
  global: 'etc-xdg/pip/pip.conf',
  legacy: 'home/.pip/pip.conf',
  user: 'home/.config/pip/pip.conf',
  xdg: 'xdg/pip/pip.conf',
  site: 'venv/pip.conf',
  named: 'named.conf',
} as const;

const key = fc.constantFrom(
  ...['index-url', 'INDEX-URL', 'pypi-url', 'extra_index_url', 'find-links', 'trusted_host'],
  ...['--no-index', 'cert', 'client-cert', 'proxy', 'unknown', 'index-url.x', '', 'i'],
);
const value = fc.constantFrom(
  ...[
    'https://a/simple',
    'https://b/simple/',
    'https://u:p%40x@c/simple',
    'https://d https://e',
    '',
    '%(x)s',
    '$HOME/x',
  ],
  ...[
    '~/ca.pem',
    '~',
    '~x/ca',
    '/ca.pem',
    'yes',
    'No',
    'maybe',
    '1',
    'a=b:c',
    '"quoted"',
    'x # no comment',
    'x ; y',
    'ü',
  ],
);
const option = fc
  .tuple(fc.constantFrom('', '', '', '', '  ', '\t'), key, fc.constantFrom('=', ' = ', ':', ' : ', '\t=\t'), value)
  .map((parts) => parts.join(''));
const header = fc.constantFrom(
  '[global]',
  '[global]',
  '[install]',
  '[install]',
  '[download]',
  '[DEFAULT]',
  '[Global]',
  '[list] x',
  ' [freeze]',
  '[a]b]',
  '[]',
  '[:env:]',
  '[global.x]',
);
const line = fc.oneof(
  { weight: 6, arbitrary: option },
  { weight: 3, arbitrary: header },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '',
      '  ',
      '# a comment',
      '; another',
      '   # inside',
      '  https://more/simple',
      '\thttps://tab/simple',
      'nonsense',
      '   ',
    ),
  },
);
const eol = fc.constantFrom('\n', '\n', '\r\n', '\r');
const body = fc.tuple(
  fc.constantFrom('[global]', '[global]', '[install]', '# first'),
  fc.array(line, { maxLength: 7 }),
  eol,
);
const content = body.map(([first, lines, end]) => [first, ...lines, ''].join(end));

const variable = fc.constantFrom(
  ...[
    'PIP_INDEX_URL',
    'PIP_index_url',
    'PIP_EXTRA_INDEX_URL',
    'PIP_FIND_LINKS',
    'PIP_NO_INDEX',
    'PIP_CERT',
    'PIP_PROXY',
  ],
  ...['PIP_TRUSTED_HOST', 'PIP_PYPI_URL', 'PIP_CLIENT_CERT', 'pip_index_url', 'PIP_UNKNOWN'],
);
const input = fc.record({
  files: fc.dictionary(fc.constantFrom(...(Object.keys(places) as (keyof typeof places)[])), content, { maxKeys: 4 }),
  env: fc.dictionary(variable, value, { maxKeys: 2 }),
  base: fc.constantFrom(
    {},
    {},
    { XDG_CONFIG_HOME: 'xdg' },
    { VIRTUAL_ENV: 'venv' },
    { PIP_CONFIG_FILE: 'named.conf' },
    { PIP_CONFIG_FILE: 'missing.conf' },
    { PIP_CONFIG_FILE: '' },
    { PIP_CONFIG_FILE: '/dev/null' },
    { XDG_CONFIG_DIRS: '' },
  ),
});

it('reads the settings of pip install as pip does', async () => {
  const cases = sampleInputs(input).map(({ files, env, base }) => {
    const root = mkdtempSync(join(tmpdir(), 'spark-dev-pip-'));
    for (const [place, text] of Object.entries(files)) {
      const path = join(root, places[place as keyof typeof places]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const placed = Object.entries(base as Record<string, string>).map(([name, at]) => [
      name,
      at === '' || at.startsWith('/') ? at : join(root, at),
    ]);
    const world = {
      HOME: join(root, 'home'),
      XDG_CONFIG_DIRS: join(root, 'etc-xdg'),
      ...env,
      ...Object.fromEntries(placed),
    } as Record<string, string>;
    return { root, env: world, files };
  });
  const asked = cases.map(({ env }) => JSON.stringify({ env })).join('\n');
  const script = join(import.meta.dirname, 'pip-config.py');
  const said = execFileSync('python3', [script], { input: asked, env: { ...process.env, PYTHONUTF8: '1' } }).toString();
  const answers = said
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one) as unknown);
  const differing = await Promise.all(
    cases.map(async ({ root, env, files }, index) => {
      const host = createFakeHost({ env, platform: { os: 'linux' } });
      const read = readPypiConfiguration({
        ...host,
        directories: { ...host.directories, userHome: join(root, 'home') },
      });
      const ours = await read.then(
        (found) => JSON.parse(JSON.stringify({ ...found, ...nulls(found) })) as unknown,
        (error: unknown) => ({ error }),
      );
      const pips = answers[index];
      const same = pips === null ? 'error' in (ours as object) : JSON.stringify(pips) === JSON.stringify(ours);
      return same ? [] : [{ files, env, pips, ours }];
    }),
  );
  expect(answers).toHaveLength(cases.length);
  // most are settings, not mistakes
  expect(answers.filter((one) => one !== null).length).toBeGreaterThan(cases.length / 2);
  expect(differing.flat()).toEqual([]);
}, 120_000);

/** As JSON has them. */
function nulls(found: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(found).map(([name, one]: [string, unknown]) => [name, one ?? null]));
}
