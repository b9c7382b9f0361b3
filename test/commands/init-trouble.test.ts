import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/journal/lock.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call, type Call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';

function userKubeconfig({ host }: FakeMachine): string {
  return join(host.directories.userHome, '.kube', 'config');
}

function writeUserKubeconfig(machine: FakeMachine, text: string): void {
  mkdirSync(dirname(userKubeconfig(machine)), { recursive: true });
  writeFileSync(userKubeconfig(machine), text);
}

function init(machine: FakeMachine, ...words: string[]): Promise<Call> {
  return call(['init', '--no-verify', ...words], { host: machine.host });
}

describe('init in trouble', () => {
  it('names why minikube gave up, and the log; nothing is noted as done', async () => {
    const machine = await createFakeMachine({ profile: 'stopped', startFails: true });
    const failed = await init(machine, '--yes', '--json');
    expect(failed.exitCode).toBe(1);
    expect(readError(failed.stdout)).toMatchObject({
      what: 'minikube could not start the cluster (INET_LOOKUP_HOST)',
      why: expect.stringContaining('Unable to find image') as string,
    });
    expect(readError(failed.stdout).log).toMatch(/\/state\/logs\/init-2026-.*\.log$/);
    expect(machine.state.record).toBeUndefined();
  });

  it('a broken kubeconfig of the user is named with its line, left alone, and no obstacle', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    writeUserKubeconfig(machine, 'kind: Config\nusers: [\n');
    expect((await init(machine, '--yes')).exitCode).toBe(0);
    expect(machine.host.ui.lines.find((line) => line.startsWith('!'))).toMatch(
      /\.kube\/config was left unchanged: .*line 3, column 1/,
    );
    expect(readFileSync(userKubeconfig(machine), 'utf8')).toBe('kind: Config\nusers: [\n');
  });

  it.each([
    ['macOS without Docker', { os: 'darwin' as const }, 'ENGINE_MISSING'],
    ['an unknown processor', { arch: 'unsupported' as const }, 'PREREQUISITE_MISSING'],
  ])('%s: says what is missing and that runs work embedded', async (_name, platform, code) => {
    const refused = await call(['init', '--yes', '--json'], { world: { platform } });
    expect(refused.exitCode).toBe(4);
    expect(readError(refused.stdout)).toMatchObject({
      code,
      fix: expect.arrayContaining([expect.stringContaining('spark-dev run sparkpi --target local')]) as string[],
    });
  });

  it('neither Docker nor root nor sudo: says what to install', async () => {
    const refused = await call(['init', '--yes', '--json', '--source', 'registries'], {
      world: { platform: { uid: 1000 }, programs: [{ argv: ['apt-get', '-o'] }, { argv: ['apt-config'] }] },
    });
    expect(refused.exitCode).toBe(4);
    expect(readError(refused.stdout)).toMatchObject({
      code: 'ENGINE_MISSING',
      what: expect.stringContaining('docker.io') as string,
    });
  });

  it('Docker that does not answer within two seconds', async () => {
    const machine = await createFakeMachine({ docker: 'silent' });
    expect(readError((await init(machine, '--yes', '--json')).stdout)).toMatchObject({
      code: 'ENGINE_SILENT',
      exitCode: 4,
    });
  });

  it('a second init waits, and then names the first', async () => {
    const machine = await createFakeMachine();
    const second = await withLock(machine.host, { command: 'spark-dev init', timeoutMs: 0 }, () =>
      init(machine, '--yes', '--lock-timeout', '1', '--json'),
    );
    expect(second.exitCode).toBe(8);
    expect(readError(second.stdout)).toMatchObject({
      code: 'LOCKED',
      why: expect.stringContaining(`process ${String(process.pid)}`) as string,
    });
  });

  it.each([
    ['--memory', '6g; rm -rf /'],
    ['--memory', '-1'],
    ['--cpus', '$(id)'],
    ['--cpus', '2.5'],
    ['--lock-timeout', 'for ever'],
  ])('%s %s is a usage error', async (flag, value) => {
    const machine = await createFakeMachine();
    expect(await init(machine, '--yes', `${flag}=${value}`)).toMatchObject({ exitCode: 2 });
  });

  it('more than the machine has is refused before anything is changed', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    expect(await init(machine, '--yes', '--memory', '64g')).toMatchObject({ exitCode: 6 });
    expect(machine.changes()).toEqual([]);
  });

  it.each([
    ['init', '--yes'],
    ['down', '--delete', '--yes'],
    ['cluster', 'resize', '--memory', '8g'],
  ])('the cluster of another SPARK_DEV_HOME is left alone by %s %s', async (...words) => {
    const machine = await createFakeMachine({ profile: 'absent' });
    machine.docker.start('the authority of another home');
    const { stdout } = await call([...words, '--json'], { host: machine.host });
    expect(machine.changes()).toEqual([]);
    expect(readError(stdout)).toMatchObject({ code: 'IN_USE', exitCode: 9 });
  });

  it('Ctrl-C during the start ends it, and the next init goes on', async () => {
    const interrupt = new AbortController();
    const machine = await createFakeMachine(
      { profile: 'absent' },
      {
        programs: [
          {
            argv: ['/usr/bin/minikube', 'start'],
            once: true,
            hangs: true,
            does: () => {
              interrupt.abort();
            },
          },
        ],
      },
    );
    const first = await call(['init', '--no-verify', '--yes'], { host: machine.host, signal: interrupt.signal });
    expect(first.exitCode).toBe(130);
    expect(machine.state.record).toBeUndefined();
    // as seen with the real one: the node runs, and kube-proxy and CoreDNS never come
    machine.state.profile = 'running';
    expect((await init(machine, '--yes')).exitCode).toBe(0);
    const after = machine.changes();
    expect(after.indexOf('minikube delete -p spark-dev')).toBeGreaterThan(0);
    expect(after.slice(after.indexOf('minikube delete -p spark-dev') + 1).slice(0, 2)).toEqual([
      expect.stringMatching(/^docker volume create/) as string,
      expect.stringMatching(/^minikube start .*--cpus=3/) as string,
    ]);
    expect(machine.state.record).toBeDefined();
  });

  it('after a reboot too, the half-made cluster goes as soon as Docker is up', async () => {
    const machine = await createFakeMachine({ profile: 'stopped', docker: 'absent' });
    const journal = join(machine.host.directories.state, 'journal');
    mkdirSync(journal, { recursive: true });
    writeFileSync(join(journal, 'create-cluster.json'), '{"since":1}');
    expect((await init(machine, '--yes')).exitCode).toBe(0);
    expect(machine.changes().slice(0, 3)).toEqual([
      'minikube delete -p spark-dev',
      expect.stringMatching(/^docker volume create/) as string,
      expect.stringMatching(/^minikube start .*--cpus=3/) as string,
    ]);
  });

  it('Ctrl-C during a later start loses nothing: that cluster was whole once', async () => {
    const interrupt = new AbortController();
    const stop = {
      argv: ['/usr/bin/minikube', 'start'],
      once: true,
      hangs: true,
      does: (): void => {
        interrupt.abort();
      },
    };
    const machine = await createFakeMachine({ profile: 'stopped' }, { programs: [stop] });
    expect(
      (await call(['init', '--no-verify', '--yes'], { host: machine.host, signal: interrupt.signal })).exitCode,
    ).toBe(130);
    await init(machine, '--yes');
    expect(machine.changes().some((line) => line.startsWith('minikube delete'))).toBe(false);
    expect(machine.state.record).toBeDefined();
  });
});
