import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load-settings.js';
import { resolveSettings } from '../../src/config/resolve.js';
import { command } from '../../src/command.js';
import { findApplication } from '../../src/job/application.js';
import { languages } from '../../src/job/job.js';
import { createFakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { listCommands } from '../worlds/probe.js';
import type { CommandEntry } from '../../src/cli/named-words.js';

/** Has the flags of run and init, and answers with what it would use. */
function commandIn(text: string): readonly CommandEntry[] {
  const probe = command({
    name: 'probe',
    options: [
      { flags: '--target <where>', description: '' },
      { flags: '--lang <language>', description: '' },
      { flags: '--ui-port <port>', description: '' },
      { flags: '--memory <size>', description: '' },
    ],
    arguments: [{ name: '[app]', description: 'an app' }],
    examples: [],
    async run(host, input) {
      mkdirSync(join(host.directories.working, 'jobs'), { recursive: true });
      for (const file of ['Etl.scala', 'etl.py']) writeFileSync(join(host.directories.working, 'jobs', file), '');
      writeFileSync(join(host.directories.working, 'spark-dev.yaml'), text);
      const resolved = resolveSettings(input.options, await loadSettings(host, {}));
      const { apps: _apps, origins: _origins, ...settings } = resolved;
      const [name] = input.args;
      const asked = languages.find((language) => language === input.options.lang);
      const app =
        name === undefined ? undefined : await findApplication(host.directories, name, { lang: asked }, resolved);
      return { data: { settings, app }, text: [] };
    },
  });
  return listCommands(probe);
}

const file = 'version: 1\ntarget: local\nuiPort: 4050\nmemory: 4g\n';

async function settingsOf(words: readonly string[], env: Record<string, string> = {}): Promise<unknown> {
  const { stdout } = await call(['probe', '--json', ...words], { env, commands: commandIn(file) });
  return readResult(stdout)['settings'];
}

it('takes a flag before a variable before the file', async () => {
  expect(await settingsOf([])).toEqual({ target: 'local', uiPort: 4050, memoryMb: 4096 });
  expect(await settingsOf([], { SPARK_DEV_UI_PORT: '4060' })).toMatchObject({ target: 'local', uiPort: 4060 });
  expect(await settingsOf(['--ui-port', '4070'], { SPARK_DEV_UI_PORT: '4060' })).toMatchObject({ uiPort: 4070 });
});

it('refuses a broken file with exit 2 and every problem, before anything is done', async () => {
  const text = 'version: 1\ntarget: mars\nuiprot: 1\n';
  const { exitCode, stdout, stderr, host } = await call(['probe', '--json'], { commands: commandIn(text) });
  expect(exitCode).toBe(2);
  expect(readError(stdout)).toMatchObject({ code: 'CONFIG_INVALID', facts: { problems: [{ line: 2 }, { line: 3 }] } });
  const path = join(host.directories.working, 'spark-dev.yaml');
  expect(stderr).toContain(`${path}:2:9 target: must be one of auto, cluster, local`);
  expect(stderr).toContain(`${path}:3:1 uiprot: unknown key; did you mean uiPort?`);
  expect(host.runner.calls).toEqual([]);
});

it('refuses a value of a flag as it refuses one of the file', async () => {
  const { exitCode, stdout } = await call(['probe', '--json', '--ui-port', '80'], { commands: commandIn(file) });
  expect(exitCode).toBe(2);
  expect(readError(stdout)).toMatchObject({ code: 'USAGE', what: 'Invalid value for --ui-port: "80"' });
});

it('knows the applications of the file beside our own', async () => {
  const apps =
    'version: 1\napps:\n  etl: { path: jobs, main: org.Etl }\n  py: { path: jobs/etl.py }\n  gone: { path: nowhere }\n';
  const find = (...words: string[]): ReturnType<typeof call> =>
    call(['probe', '--json', ...words], { commands: commandIn(apps) });
  const etl = await find('etl');
  const jobs = join(etl.host.directories.working, 'jobs');
  expect(readResult(etl.stdout)['app']).toEqual({
    name: 'etl',
    kind: 'scala',
    source: join(jobs, 'Etl.scala'),
    mainClass: 'org.Etl',
  });
  expect(readResult((await find('etl', '--lang', 'python')).stdout)['app']).toMatchObject({ kind: 'python' });
  expect(readResult((await find('py')).stdout)['app']).toMatchObject({ name: 'py', kind: 'python' });
  expect(readResult((await find('sparkpi')).stdout)['app']).toMatchObject({ mainClass: 'SparkPi' });
  expect(readError((await find('gone')).stdout)).toMatchObject({
    code: 'CONFIG_INVALID',
    facts: { problems: [{ path: 'apps.gone.path', line: 5, column: 17 }] },
  });
  expect(readError((await find('elt')).stdout)).toMatchObject({
    code: 'APP_UNKNOWN',
    fix: ['Did you mean: spark-dev run etl'],
  });
});

it('runs the application of the documented example, whatever language is preferred', async () => {
  const host = createFakeHost();
  const guide = readFileSync(join(host.directories.package, 'docs', 'guide', 'jobs.md'), 'utf8');
  const example = /```yaml\n(version: 1\n[^`]*)```/.exec(guide)?.[1] ?? '';
  expect(example).toMatch(/^lang: scala/m);
  writeFileSync(join(host.directories.working, 'spark-dev.yaml'), example);
  mkdirSync(join(host.directories.working, 'jobs'));
  writeFileSync(join(host.directories.working, 'jobs', 'etl.py'), '');
  const etl = await call(['run', 'etl', '--dry-run'], { host });
  expect(etl).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/jobs\/etl\.py 2026$/m) as string });
  expect(etl.stdout).not.toContain('scala.tools.nsc.Main');
});

it('prefers the language of the file where there is a choice, and is strict about a flag', async () => {
  const text =
    'version: 1\nlang: python\napps:\n  etl: { path: jobs }\n  own: { path: jobs, lang: scala }\n  sc: { path: jobs/Etl.scala }\n';
  const find = async (...words: string[]): Promise<string> =>
    (await call(['probe', '--json', ...words], { commands: commandIn(text) })).stdout;
  expect(readResult(await find('etl'))['app']).toMatchObject({ kind: 'python' });
  expect(readResult(await find('own'))['app']).toMatchObject({ kind: 'scala' });
  expect(readResult(await find('sc'))['app']).toMatchObject({ kind: 'scala' });
  expect(readError(await find('sc', '--lang', 'python')).what).toBe('sc has no form in python');
});
