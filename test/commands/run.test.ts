import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../fakes/fake-host.js';
import { createStoredZip } from '../fakes/stored-zip.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';

const examples = ['checksum', 'pod-template', 'secrets', 'sparkpi', 'streaming', 'wordcount'];

describe('an application that there is not', () => {
  it.each(['x'.repeat(200), '🚀', 'new\nline', '; rm -rf /', '$(id)', '../sparkpi', '__proto__', 'sparkpi/', ' '])(
    '%j',
    async (name) => {
      const { exitCode, stdout, host } = await call(['run', name, '--json']);
      expect(exitCode).toBe(2);
      expect(readError(stdout)).toMatchObject({ code: 'APP_UNKNOWN', facts: { known: examples } });
      expect(host.runner.calls).toEqual([]);
    },
  );

  it('is told the nearest that there is', async () => {
    const { stdout } = await call(['run', 'sparkpy', '--json']);
    expect(readError(stdout).fix).toEqual(['Did you mean: spark-dev run sparkpi']);
  });
});

describe('what is refused before anything is done', () => {
  it.each([
    [['run', '-rf'], 2, 'USAGE'],
    [['run'], 2, 'USAGE'],
    [['run', 'sparkpi', '--ui-port', '80'], 2, 'USAGE'],
    [['run', 'sparkpi', '--ui-port', 'x; id'], 2, 'USAGE'],
    [['run', 'sparkpi', '--lang', 'cobol'], 2, 'USAGE'],
    [['run', 'sparkpi', '--target', 'moon'], 2, 'USAGE'],
    [['run', 'sparkpi', '--context', 'production'], 9, 'CONTEXT_REFUSED'],
    [['run', 'sparkpi', '--target', 'cluster'], 5, 'CLUSTER_ABSENT'],
  ])('%j', async (words, exitCode, code) => {
    const answer = await call([...words, '--json']);
    expect(answer.exitCode).toBe(exitCode);
    expect(readError(answer.stdout).code).toBe(code);
    expect(answer.host.runner.calls).toEqual([]);
  });

  it('a context from the environment', async () => {
    const { exitCode } = await call(['run', 'sparkpi'], { env: { SPARK_DEV_CONTEXT: 'production' } });
    expect(exitCode).toBe(9);
  });
});

it('a broken spark-dev.yaml, with its place', async () => {
  const host = createFakeHost();
  writeFileSync(join(host.directories.working, 'spark-dev.yaml'), 'version: 1\napps: [\n');
  const { exitCode, stderr } = await call(['run', 'sparkpi'], { host });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/spark-dev\.yaml:[23]:\d+ Flow sequence/);
  expect(host.runner.calls).toEqual([]);
});

it('a jar of one’s own, with the class that a flag names', async () => {
  const host = createFakeHost();
  writeFileSync(join(host.directories.working, 'app.jar'), createStoredZip({ 'org/acme/Main.class': '' }));
  const answer = await call(['run', 'app.jar', '--class', 'org.acme.Main', '--target', 'local', '--dry-run'], { host });
  expect(answer.stdout).toContain('--class org.acme.Main');
  expect(answer.stdout).toContain(join(host.directories.working, 'app.jar'));
});
