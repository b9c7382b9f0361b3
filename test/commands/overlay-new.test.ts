import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';
import { kubectl, project } from '../worlds/project.js';

describe('overlay new', () => {
  const settings = (host: FakeHost): string => readFileSync(join(host.directories.working, 'spark-dev.yaml'), 'utf8');
  const withJob = (host: FakeHost): FakeHost => {
    mkdirSync(join(host.directories.working, 'jobs'), { recursive: true });
    writeFileSync(join(host.directories.working, 'jobs/etl.py'), '');
    return host;
  };

  it('writes an entry that `run` takes, and shows the overlay', async () => {
    const host = withJob(project());
    const words = ['overlay', 'new', 'etl', '--path', 'jobs/etl.py', '--', '2026', '--fast'];
    const { exitCode, stdout } = await call(words, { host });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--- # submit-job.yaml');
    expect(settings(host)).toMatch(/^# yaml-language-server: /);
    const planned = await call(['run', 'etl', '--target', 'local', '--dry-run'], { host });
    expect(planned.stdout).toMatch(/jobs\/etl\.py 2026 --fast$/m);
  });

  it('asks for what was not said, and each answer has a flag', async () => {
    const answers = {
      'spark-dev overlay new NAME --path PATH': 'etl',
      '--path': 'jobs',
      '--lang': 'python',
      '--': '1 "two words"',
    };
    const host = withJob(createFakeHost({ programs: kubectl, answers }));
    expect((await call(['overlay', 'new'], { host })).exitCode).toBe(0);
    expect(settings(host)).toContain(
      '  etl:\n    path: jobs\n    lang: python\n    args:\n      - "1"\n      - two words\n',
    );
    const { stdout } = await call(['overlay', 'new', '--no-input', '--json'], { host: project() });
    expect(readError(stdout)).toMatchObject({
      code: 'NON_INTERACTIVE',
      fix: ['Run it again with spark-dev overlay new NAME --path PATH', 'Run it again with --yes'],
    });
  });

  it('writes nothing for what cannot be run: no such file, a folder without a source, a name that is none', async () => {
    const host = withJob(project());
    mkdirSync(join(host.directories.working, 'empty'));
    const refused = async (...words: readonly string[]): Promise<string> => {
      const { stdout } = await call(['overlay', 'new', ...words, '--json'], { host });
      const { what, why = '' } = readError(stdout);
      return `${what}: ${why}`.replaceAll(`${host.directories.working}/`, '');
    };
    expect(await refused('etl', '--path', 'jobs/nope.py')).toContain('No such file or folder: jobs/nope.py');
    expect(await refused('etl', '--path', 'empty')).toContain('No program in empty');
    expect(await refused('ETL', '--path', 'jobs/etl.py')).toContain('The new entry would be invalid: apps.ETL: not an');
    expect(existsSync(join(host.directories.working, 'spark-dev.yaml'))).toBe(false);
  });

  it('keeps comments, asks before it replaces, and writes paths relative to the file', async () => {
    const host = withJob(project());
    writeFileSync(
      join(host.directories.working, 'spark-dev.yaml'),
      'version: 1 # ours\napps:\n  etl: { path: old.py } # old\n',
    );
    const inside = { ...host, directories: { ...host.directories, working: join(host.directories.working, 'jobs') } };
    const words = ['overlay', 'new', 'etl', '--path', 'etl.py'];
    expect((await call(words, { host: inside })).exitCode).toBe(9);
    expect((await call([...words, '--yes'], { host: inside })).exitCode).toBe(0);
    expect(settings(host)).toBe('version: 1 # ours\napps:\n  etl:\n    path: jobs/etl.py\n');
    const dry = await call(['overlay', 'new', 'two', '--path', 'etl.py', '--dry-run'], { host: inside });
    expect(dry.stdout).toContain('two:');
    expect(settings(host)).not.toContain('two:');
  });

  it.each([
    [['Etl', '--path', 'x.py'], 'apps.Etl: not an application name'],
    [['etl', '--path', 'x.scala', '--class', 'no class'], 'apps.etl.main: not a class name'],
  ])('refuses %j as the file would, and writes nothing', async (words, why) => {
    const host = project();
    const { exitCode, stderr } = await call(['overlay', 'new', ...words], { host });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(existsSync(join(host.directories.working, 'spark-dev.yaml'))).toBe(false);
  });

  it('does not touch a file with problems', async () => {
    const host = project();
    writeFileSync(join(host.directories.working, 'spark-dev.yaml'), 'version: 1\ntarget: [\n');
    expect((await call(['overlay', 'new', 'etl', '--path', 'x.py'], { host })).exitCode).toBe(2);
    expect(settings(host)).toBe('version: 1\ntarget: [\n');
  });
});
