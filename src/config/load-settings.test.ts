import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import type { Host } from '../ports/host.js';
import { loadSettings } from './load-settings.js';

function createHost(files: { readonly project?: string | Buffer; readonly user?: string }, below = ''): Host {
  const host = createFakeHost();
  const { working, config } = host.directories;
  mkdirSync(join(working, below), { recursive: true });
  mkdirSync(config, { recursive: true });
  if (files.project !== undefined) writeFileSync(join(working, 'spark-dev.yaml'), files.project);
  if (files.user !== undefined) writeFileSync(join(config, 'spark-dev.yaml'), files.user);
  return { ...host, directories: { ...host.directories, working: join(working, below) } };
}

it('is empty without a file', async () => {
  expect(await loadSettings(createHost({}), {})).toEqual({ apps: {}, origins: {} });
});

it('finds the project above and lays it over the user', async () => {
  const host = createHost(
    {
      user: 'version: 1\nsource: registries\nlang: python\nuiPort: 4050\nmemory: 5g\napps: { mine: { path: /a/mine.py }, pi: { path: /old } }\n',
      project: 'version: 1\nlang: scala\napps: { pi: { path: jobs/pi.py } }\n',
    },
    'deep/down',
  );
  expect(await loadSettings(host, {})).toEqual({
    source: 'registries',
    lang: 'scala',
    uiPort: 4050,
    memoryMb: 5120,
    apps: {
      mine: { path: '/a/mine.py', args: [] },
      pi: { path: join(host.directories.working, '../../jobs/pi.py'), args: [] },
    },
    origins: {
      mine: { file: join(host.directories.config, 'spark-dev.yaml'), locate: expect.any(Function) as unknown },
      pi: {
        file: join(host.directories.working, '../../spark-dev.yaml'),
        locate: expect.any(Function) as unknown,
      },
    },
  });
});

it('names the file, the line and the column', async () => {
  const host = createHost({ project: 'version: 1\nuiprot: 4040\n' });
  const file = join(host.directories.working, 'spark-dev.yaml');
  await expect(loadSettings(host, {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    exitCode: 2,
    why: `${file}:2:1 uiprot: unknown key; did you mean uiPort?`,
    facts: { problems: [{ path: 'uiprot', line: 2, column: 1 }] },
  });
});

it.each([
  ['far too large', `version: 1\n${'# padding\n'.repeat(40_000)}`, 'too large'],
  ['binary', 'version: 1\0', 'not a text file'],
])('refuses a %s file', async (_kind, project, message) => {
  await expect(loadSettings(createHost({ project }), {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    why: expect.stringContaining(message) as string,
  });
});

it.each([
  ['Latin-1', Buffer.from('version: 1\n# ok: \u00fc\nlang: scala # \u00fc\n', 'latin1'), 2],
  ['cut in a character', Buffer.from('version: 1\nlang: scala\n# \u00fc').subarray(0, -1), 3],
])('names the line of a byte that is not UTF-8 (%s)', async (_kind, project, line) => {
  await expect(loadSettings(createHost({ project }), {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    why: expect.stringMatching(new RegExp(`spark-dev.yaml:${String(line)}:1 is not UTF-8`)) as string,
  });
});

const laughs = Array.from(
  { length: 30 },
  (_, n) => `l${String(n)}: &l${String(n)} [${`*l${String(n - 1)},`.repeat(9)}]`,
);

it.each([
  ['brackets that never close', `version: 1\napps: ${'['.repeat(60_000)}`],
  ['aliases of aliases', `version: 1\nl0: &l0 [a]\n${laughs.slice(1).join('\n')}\n`],
  ['keys that nobody knows', `version: 1\n${Array.from({ length: 1000 }, (_, n) => `k${String(n)}: 1\n`).join('')}`],
])('shows at most 20 problems of %s', async (_name, project) => {
  const problem: unknown = await loadSettings(createHost({ project }), {}).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: 'CONFIG_INVALID' });
  const lines = (problem as { readonly why: string }).why.split('\n');
  expect(lines.length).toBeLessThanOrEqual(21);
  if (lines.length === 21) expect(lines[20]).toMatch(/^and \d+ more$/);
});
