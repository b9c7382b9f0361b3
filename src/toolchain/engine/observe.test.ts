import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import { observeEngine, parseDockerInfo } from './observe.js';

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

  const lacking = 'CapBnd:\t000001fffeffffff\n';
  it.each([
    ['of a running dockerd that lacks the capability', `Name:\tdockerd\n${lacking}`, true, true],
    ['of another process that has the number now', `Name:\tbash\n${lacking}`, true, false],
    ['of spark-dev itself if no daemon runs', `Name:\tbash\n${lacking}`, false, true],
  ])('reads the capabilities %s', async (_what, status, answers, lacks) => {
    const host = createFakeHost({ programs: answers ? [docker({ stdout: answering })] : [] });
    const root = host.directories.working;
    const files = {
      proc: root,
      systemd: root,
      debianKeys: root,
      daemonPid: join(root, 'docker.pid'),
      ownDaemonPid: '/none',
      ownDaemonLog: '',
      installMark: '/none',
    };
    await writeFile(files.daemonPid, '7\n');
    for (const [pid, text] of [
      ['7', status],
      ['self', `Name:\tnode\n${lacking}`],
    ] as const) {
      await mkdir(join(root, pid));
      await writeFile(join(root, pid, 'status'), text);
    }
    expect((await observeEngine(host, undefined, files)).lacksSysResource).toBe(lacks);
  });
});
