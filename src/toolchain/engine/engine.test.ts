import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import { ensureEngine } from './engine.js';
import { engineFiles } from './observe.js';

const info = (runtime: string): string =>
  JSON.stringify({ ServerVersion: '20.10.24', DefaultRuntime: runtime, NCPU: 2, MemTotal: 4_294_967_296 });
/** Docker's client from 28 says this with exit code 1, the one of 20.10 with 0. */
const nobody: Scripted = {
  argv: ['docker', 'info'],
  exitCode: 1,
  stdout: '{"ServerVersion":""}',
  stderr: 'Cannot connect',
};
/** Asked twice: where docker is set to, and at the socket. */
const nobodyYet: readonly Scripted[] = [1, 2].map(() => ({ ...nobody, once: true }));
const answers = (runtime = 'runc'): Scripted => ({ argv: ['docker', 'info'], stdout: info(runtime) });
const apt: readonly Scripted[] = [{ argv: ['apt-get'] }, { argv: ['env'] }];
const installed: readonly Scripted[] = [
  ...apt,
  { argv: ['dockerd'] },
  { argv: ['/usr/bin/dockerd'] },
  { argv: ['mmdebstrap'] },
];

const coreutils: readonly Scripted[] = [
  {
    argv: ['cat'],
    answers: ([, file = '']) => (existsSync(file) ? { stdout: readFileSync(file, 'utf8') } : { exitCode: 1 }),
  },
  {
    argv: ['rm', '-f'],
    does: ([, , file = '']) => {
      rmSync(file, { force: true });
    },
  },
];

interface Machine {
  readonly programs: readonly Scripted[];
  readonly lacksSysResource?: boolean;
  readonly hasSystemd?: boolean;
  readonly uid?: number;
}

async function createMachine({ programs, lacksSysResource = false, hasSystemd = false, uid = 0 }: Machine) {
  const host = createFakeHost({ programs: [...programs, ...coreutils], platform: { uid } });
  const files = engineFiles(host);
  await mkdir(dirname(files.debianKeys), { recursive: true });
  await writeFile(files.debianKeys, '');
  await mkdir(dirname(files.daemonPid), { recursive: true });
  if (hasSystemd) await mkdir(files.systemd, { recursive: true });
  const status = `Name:\tnode\nCapBnd:\t${lacksSysResource ? '000001fffeffffff' : '000001ffffffffff'}\n`;
  await mkdir(join(files.proc, 'self'), { recursive: true });
  await writeFile(join(files.proc, 'self', 'status'), status);
  await mkdir(join(files.proc, '4242'), { recursive: true });
  await writeFile(join(files.proc, '4242', 'stat'), '4242 (dockerd) S 1');
  const ociRuntime = (): Promise<string> => Promise.resolve('/tools/oci-runtime');
  return { host, files, requests: { logFile: join(host.directories.state, 'engine.log'), ociRuntime } };
}

const changes = (host: FakeHost): string[] =>
  host.runner.calls
    .map(({ argv }) => argv.join(' '))
    .filter((line) => !/^(docker info|id -g|sudo -n true|cat |rm -f )/.test(line));

describe('ensureEngine', () => {
  it('changes nothing where a daemon serves', async () => {
    const { host, requests } = await createMachine({ programs: [...installed, answers()] });
    await ensureEngine(host, requests);
    expect(changes(host)).toEqual([]);
    expect(host.runner.detached).toEqual([]);
  });

  it('starts its own relaxed daemon where the capability is missing', async () => {
    const { host, requests, files } = await createMachine({
      programs: [...installed, ...nobodyYet, answers('spark-dev')],
      lacksSysResource: true,
    });
    await ensureEngine(host, requests);
    expect(host.runner.detached).toEqual([
      [
        '/usr/bin/dockerd',
        '--pidfile',
        files.ownDaemonPid,
        '--add-runtime',
        'spark-dev=/tools/oci-runtime',
        '--default-runtime',
        'spark-dev',
      ],
    ]);
  });

  it("asks for no wrapper and uses the package's service where systemd runs", async () => {
    const { host, requests } = await createMachine({
      programs: [...installed, { argv: ['systemctl'] }, ...nobodyYet, answers()],
      hasSystemd: true,
    });
    const noWrapper = (): Promise<string> => Promise.reject(new Error('built in vain'));
    await ensureEngine(host, { ...requests, ociRuntime: noWrapper });
    expect(changes(host)).toEqual(['systemctl start docker']);
    expect(host.runner.detached).toEqual([]);
  });

  it('lets the socket be used by the group of a user who has sudo', async () => {
    const { host, requests } = await createMachine({
      programs: [
        ...installed,
        { argv: ['sudo', '-n'] },
        { argv: ['id', '-g'], stdout: '1000\n' },
        ...nobodyYet,
        answers(),
      ],
      uid: 1000,
    });
    await ensureEngine(host, requests);
    expect(host.runner.detached[0]?.slice(0, 3)).toEqual(['sudo', '-n', '/usr/bin/dockerd']);
    expect(host.runner.detached[0]?.slice(-2)).toEqual(['--group', '1000']);
  });

  it.each([
    ['ownDaemonPid', 'bash', 'forgets'],
    ['ownDaemonPid', 'containerd', 'forgets'],
    ['ownDaemonPid', 'dockerd', 'keeps'],
    ['containerdPid', 'bash', 'forgets'],
    ['containerdPid', 'dockerd', 'forgets'],
    ['containerdPid', 'containerd', 'keeps'],
  ] as const)('with the pid of %s now at %s, %s the file', async (file, command, verb) => {
    const { host, requests, files } = await createMachine({ programs: [...installed, ...nobodyYet, answers()] });
    await mkdir(dirname(files[file]), { recursive: true });
    await writeFile(files[file], '4242');
    await writeFile(join(files.proc, '4242', 'comm'), `${command}\n`);
    await ensureEngine(host, requests);
    expect(existsSync(files[file])).toBe(verb === 'keeps');
  });

  it('says what dockerd said when it died', async () => {
    const { host, requests, files } = await createMachine({
      programs: [
        ...apt,
        { argv: ['mmdebstrap'] },
        nobody,
        {
          argv: ['/usr/bin/dockerd'],
          // `--pidfile` is the first argument, and the log lies beside it.
          does: ([, , pidFile = '']) =>
            writeFile(
              join(dirname(pidFile), 'dockerd.log'),
              'level=error msg=old\nlevel=info msg="Starting up"\nfailed to start daemon: no iptables\n',
            ),
        },
        { argv: ['dockerd'] },
      ],
    });
    await writeFile(join(files.proc, '4242', 'stat'), '4242 (dockerd) Z 1');
    await expect(ensureEngine(host, requests)).rejects.toMatchObject({
      code: 'ENGINE_SILENT',
      why: 'failed to start daemon: no iptables',
      log: files.ownDaemonLog,
    });
  });

  it('still knows after an interruption that the daemon without the capability came with its own install', async () => {
    const stopping = new AbortController();
    const { host, requests, files } = await createMachine({
      programs: [
        { argv: ['apt-get'] },
        {
          argv: ['env'],
          does: () => {
            stopping.abort();
          },
        },
        { argv: ['mmdebstrap'] },
        { argv: ['service'] },
        ...nobodyYet,
        { ...answers(), once: true },
        { ...answers('spark-dev') },
        { argv: ['dockerd'] },
        { argv: ['/usr/bin/dockerd'] },
      ],
      lacksSysResource: true,
    });
    let isInstalled = false;
    const runner: FakeHost['runner'] = {
      ...host.runner,
      which: (name) => (name === 'dockerd' && !isInstalled ? Promise.resolve(undefined) : host.runner.which(name)),
      run: async (argv, options) => {
        if (argv[0] === 'env') isInstalled = true;
        return host.runner.run(argv, options);
      },
    };
    const machine = { ...host, runner };
    await expect(ensureEngine(machine, { ...requests, signal: stopping.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    await writeFile(files.daemonPid, '4242');
    await writeFile(join(files.proc, '4242', 'status'), 'Name:\tdockerd\nCapBnd:\t000001fffeffffff\n');
    await ensureEngine(machine, requests);
    expect(changes(host).at(-1)).toBe('service docker stop');
    expect(host.runner.detached).toHaveLength(1);
    await expect(readFile(files.installMark)).rejects.toThrow('ENOENT');
  });

  it('keeps no mark of an install that brought nothing', async () => {
    const { host, requests, files } = await createMachine({
      programs: [{ argv: ['apt-get'] }, { argv: ['env'], exitCode: 100 }, { argv: ['mmdebstrap'] }, nobody],
    });
    await expect(ensureEngine(host, requests)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    await expect(readFile(files.installMark)).rejects.toThrow('ENOENT');
  });

  it('lets the user talk to the Docker that it has just installed', async () => {
    const denied: Scripted = { argv: ['docker', 'info'], exitCode: 1, stderr: 'permission denied' };
    const { host, requests, files } = await createMachine({
      programs: [
        ...installed,
        { argv: ['setfacl'] },
        { argv: ['sudo'] },
        { argv: ['id', '-g'], stdout: '1000' },
        { ...denied, once: true },
        answers(),
      ],
      hasSystemd: true,
      uid: 1000,
    });
    await mkdir(dirname(files.installMark), { recursive: true });
    await writeFile(files.installMark, '');
    await ensureEngine(host, requests);
    expect(changes(host)).toEqual(['sudo -n setfacl -m u:1000:rw /var/run/docker.sock']);
    await expect(readFile(files.installMark)).rejects.toThrow('ENOENT');
  });

  it('gives up on a machine where nothing helps', async () => {
    const { host, requests } = await createMachine({ programs: [...apt, { argv: ['mmdebstrap'] }, nobody] });
    await expect(ensureEngine(host, requests)).rejects.toMatchObject({ code: 'ENGINE_SILENT' });
    expect(changes(host).filter((line) => line.includes('install -y')).length).toBeLessThanOrEqual(5);
  });
});
