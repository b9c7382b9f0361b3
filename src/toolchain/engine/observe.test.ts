import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import { engineFiles, observeEngine, parseDockerInfo } from './observe.js';
import { planEngine } from './plan.js';

/** Recorded with `docker info --format '{{json .}}'`, shortened to the keys that are read and those that mislead. */
const answering =
  '{"ID":"MCDL","NCPU":2,"MemTotal":25276502016,"ServerVersion":"20.10.24+dfsg1","DefaultRuntime":"spark-dev","ClientInfo":{"Version":"28.2.2"}}';
const nobody28 =
  '{"ID":"","NCPU":0,"MemTotal":0,"ServerVersion":"","DefaultRuntime":"","ClientInfo":{"Version":"28.2.2"}}';
const nobody20 =
  '{"ServerErrors":["Cannot connect to the Docker daemon at unix:///nonexist. Is the docker daemon running?"],"ClientInfo":{"Debug":false}}';

describe('parseDockerInfo', () => {
  it('reads a daemon', () => {
    expect(parseDockerInfo(answering)).toEqual({
      serverVersion: '20.10.24+dfsg1',
      defaultRuntime: 'spark-dev',
      cpus: 2,
      memoryMb: 24_105,
    });
  });

  it.each([
    ['28', nobody28],
    ['20.10', nobody20],
    ['none', ''],
  ])('reads no daemon from client %s', (_client, stdout) => {
    expect(parseDockerInfo(stdout)).toBeUndefined();
  });
});

describe('observeEngine', () => {
  const docker = (change: Partial<Scripted>): Scripted => ({ argv: ['docker', 'info'], ...change });
  const denied = 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock';

  it.each<[string, readonly Scripted[], string]>([
    ['no client', [], 'absent'],
    ['a client alone', [docker({ exitCode: 1, stdout: nobody28, stderr: 'Cannot connect' })], 'absent'],
    ['an old client alone', [docker({ stdout: nobody20 })], 'absent'],
    ['a daemon', [docker({ stdout: answering })], 'answers'],
    ['a daemon that hangs', [docker({ hangs: true })], 'silent'],
    ["others' daemon", [docker({ exitCode: 1, stdout: nobody28, stderr: denied })], 'denied'],
  ])('sees %s', async (_what, programs, kind) => {
    expect((await observeEngine(createFakeHost({ programs }))).daemon.kind).toBe(kind);
  });

  it.each([
    [undefined, false],
    ['unix:///run/user/1000/docker.sock', false],
    ['tcp://192.0.2.1:2376', true],
    ['ssh://build.example', true],
  ])('knows a remote daemon by DOCKER_HOST=%s', async (DOCKER_HOST, isRemote) => {
    expect((await observeEngine(createFakeHost({ env: { DOCKER_HOST } }))).isRemote).toBe(isRemote);
  });

  it('starts no second daemon where a dead DOCKER_HOST or context hides the one that has the socket', async () => {
    const atSocket: Scripted = {
      argv: ['docker', 'info'],
      answers: (_argv, { env }) =>
        env?.['DOCKER_HOST'] === 'unix:///var/run/docker.sock' ? { stdout: answering } : { exitCode: 1, stdout: '' },
    };
    const host = createFakeHost({ programs: [atSocket], env: { DOCKER_HOST: 'unix:///nowhere.sock' } });
    const seen = await observeEngine(host);
    expect([seen.daemon.kind, seen.isRemote]).toEqual(['absent', true]);
    const ready = { ...seen, hasDockerd: true, missingRootPackages: [], root: 'is' as const };
    expect(() => planEngine(ready)).toThrow(expect.objectContaining({ code: 'ENGINE_SILENT' }) as Error);
  });

  const bounding = (mask: string): string => `CapEff:\t000001ffffffffff\nCapBnd:\t${mask}\nCapAmb:\t0\n`;
  const lacking = bounding('000001fffeffffff');
  it.each([
    ['of a running dockerd that lacks the capability', `Name:\tdockerd\n${lacking}`, true, true],
    ['of a running dockerd that has nothing', `Name:\tdockerd\n${bounding('0000000000000000')}`, true, true],
    ['of a running dockerd that has that bit alone', `Name:\tdockerd\n${bounding('0000000001000000')}`, true, false],
    ['of a running dockerd that has everything', `Name:\tdockerd\n${bounding('000001ffffffffff')}`, true, false],
    ['of a running dockerd without a bounding set', 'Name:\tdockerd\n', true, false],
    ['of another process that has the number now', `Name:\tbash\n${lacking}`, true, false],
    ['of spark-dev itself if no daemon runs', `Name:\tbash\n${lacking}`, false, true],
  ])('reads the capabilities %s', async (_what, status, answers, lacks) => {
    const host = createFakeHost({ programs: answers ? [docker({ stdout: answering })] : [] });
    const { daemonPid, proc } = engineFiles(host);
    for (const [file, text] of [
      [daemonPid, '7\n'],
      [join(proc, '7', 'status'), status],
      [join(proc, 'self', 'status'), `Name:\tnode\n${lacking}`],
    ] as const) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    expect((await observeEngine(host)).lacksSysResource).toBe(lacks);
  });
});
