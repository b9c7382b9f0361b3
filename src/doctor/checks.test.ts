import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeWorld } from '../../test/fakes/fake-host.js';
import { loadSettings } from '../config/load-settings.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { javaSettingsArgv } from '../toolchain/spark/java.js';
import type { Finding } from './check.js';
import { checks } from './checks.js';

const never = new AbortController().signal;
const dockerInfo = JSON.stringify({ ServerVersion: '28.1', DefaultRuntime: 'runc', NCPU: 4, MemTotal: 8 * 1024 ** 3 });
const aptMachine = [{ argv: ['apt-get'] }, { argv: ['mmdebstrap'] }];

async function runCheck(id: string, world: FakeWorld, prepared = false): Promise<Finding> {
  const host = createFakeHost(world);
  if (prepared) {
    const profile = join(clusterPaths(host.directories).minikubeHome, '.minikube', 'profiles', profileName);
    mkdirSync(profile, { recursive: true });
    writeFileSync(join(profile, 'config.json'), '{}');
  }
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check.run(host, { signal: never, settings: () => loadSettings(host, {}) });
}

it('has one of each id', () => {
  const ids = checks.map((check) => check.id);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each(['engine', 'minikube', 'skaffold', 'kubectl'])(
  '%s: missing is news before init and trouble after it',
  async (id) => {
    expect(await runCheck(id, { programs: aptMachine })).toMatchObject({
      status: 'warn',
      fix: ['spark-dev init --yes'],
    });
    expect(await runCheck(id, { programs: aptMachine }, true)).toMatchObject({
      status: 'fail',
      fix: ['spark-dev init --yes'],
    });
  },
);

it('engine: what init would refuse fails at once, with the words of init', async () => {
  const onMac = await runCheck('engine', { platform: { os: 'darwin' } });
  expect(onMac.status).toBe('fail');
  expect(onMac.detail).toContain('Docker Desktop');
  expect(onMac.fix).toContain('spark-dev run sparkpi --target local');
});

it('engine: a daemon that does not answer', async () => {
  const found = await runCheck('engine', {
    programs: [...aptMachine, { argv: ['docker'], hangs: true }, { argv: ['dockerd'] }],
  });
  expect(found).toMatchObject({ status: 'fail' });
  expect(found.detail).toContain('2 s');
});

it('engine: a daemon that answers', async () => {
  const found = await runCheck('engine', { programs: [{ argv: ['docker', 'info'], stdout: dockerInfo }] });
  expect(found).toEqual({ status: 'ok', detail: '28.1, 4 CPUs, 8.0 GB' });
});

it.each([
  [{}, 'warn', 'the first run downloads one'],
  [{ platform: { os: 'aix' } }, 'fail', 'PyPI has none for aix/amd64'],
  [
    {
      programs: [
        { argv: javaSettingsArgv('/usr/bin/java'), stderr: '    java.specification.version = 11\njava.base@11\n' },
        { argv: ['java'] },
        { argv: ['/usr/bin/java'] },
      ],
    },
    'warn',
    'no Java 17',
  ],
  [
    {
      programs: [
        { argv: javaSettingsArgv('/usr/bin/java'), stderr: '    java.specification.version = 21\njava.base@21\n' },
        { argv: ['java'] },
        { argv: ['/usr/bin/java'] },
      ],
    },
    'ok',
    '21 at /usr/bin/java',
  ],
] as const)('java: %#', async (world, status, detail) => {
  const found = await runCheck('java', world);
  expect(found.status).toBe(status);
  expect(found.detail).toContain(detail);
});

it('python: an old one is named', async () => {
  const found = await runCheck('python', {
    programs: [{ argv: ['/usr/bin/python3'], stdout: '3.8' }, { argv: ['python3'] }],
  });
  expect(found).toMatchObject({ status: 'warn' });
  expect(found.detail).toContain('3.8');
});

it('port: says who holds it', async () => {
  const server = createServer();
  const holding = await listen(server);
  const found = await runCheck('port', {});
  server.close();
  expect(found).toMatchObject({ status: 'warn', fix: [expect.stringMatching(/--ui-port 40\d\d$/)] });
  // only Linux tells whose a port is, and only of our own processes
  const holder = holding && process.platform === 'linux' ? `(pid ${String(process.pid)})` : 'is taken by';
  expect(found.detail).toContain(holder);
});

it('cluster and image: nothing to judge before init, a failure when it does not answer', async () => {
  expect(await runCheck('cluster', {})).toMatchObject({ status: 'skip' });
  expect(await runCheck('spark-image', {})).toMatchObject({ status: 'skip' });
  expect(await runCheck('cluster', {}, true)).toMatchObject({
    status: 'fail',
    fix: ['spark-dev init --yes', 'spark-dev status'],
  });
});

/** False where somebody else has the port already, which serves as well. */
function listen(server: Server): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(4040, '127.0.0.1', () => {
      resolve(true);
    });
  });
}
