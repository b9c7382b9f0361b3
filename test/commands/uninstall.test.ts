import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import {
  aptHistory,
  createUsedMachine,
  decoyPaths,
  decoyTags,
  dockerPrograms,
  rest,
  uninstall,
  write,
  type World,
} from '../worlds/uninstall-world.js';

describe('uninstall', () => {
  it('removes all that was ever made and nothing else', async () => {
    const world = await createUsedMachine();
    expect(rest(world)).not.toEqual([]);
    const end = await uninstall(world, '--yes', '--json');
    expect(end.exitCode, end.stderr).toBe(0);
    expect(rest(world)).toEqual([]);
    for (const path of decoyPaths(world.machine)) expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(world.docker.tags).toEqual(decoyTags);
    expect(readResult(end.stdout)).toMatchObject({
      left: [],
      removed: expect.arrayContaining([
        'container spark-dev',
        'volume spark-dev',
        'network spark-dev',
        `image ${world.node}`,
      ]) as string[],
      stays: expect.arrayContaining([
        `${decoyPaths(world.machine)[1] ?? ''}, which spark-dev did not make`,
      ]) as string[],
    });
  });

  it('shows with --dry-run exactly what it then removes, and changes nothing before', async () => {
    const world = await createUsedMachine();
    const before = [rest(world), world.machine.changes()];
    const shown = readResult((await uninstall(world, '--dry-run', '--json')).stdout) as { removes: string[] };
    expect([rest(world), world.machine.changes()]).toEqual(before);
    const done = readResult((await uninstall(world, '--yes', '--json')).stdout) as { removed: string[] };
    expect(done.removed).toEqual(shown.removes);
  });

  it('done twice finds nothing', async () => {
    const world = await createUsedMachine();
    await uninstall(world, '--yes');
    const changes = world.machine.changes();
    expect((await uninstall(world, '--yes')).stdout).toContain('Nothing to uninstall');
    expect(world.machine.changes()).toEqual(changes);
  });

  it.each([
    ['/a/home', false],
    ['', true],
  ])('with SPARK_DEV_HOME %j, the folder above is there afterwards: %s', async (SPARK_DEV_HOME, isThere) => {
    const { host } = await createFakeMachine({ profile: 'absent' });
    const above = join(host.directories.userHome, 'above');
    const folders = ['data', 'cache', 'state'].map((name) => [name, join(above, name)] as const);
    const directories = { ...host.directories, ...Object.fromEntries(folders) };
    await claimFolders(directories);
    const env = { ...host.env, SPARK_DEV_HOME };
    expect((await call(['uninstall', '--yes'], { host: { ...host, env, directories } })).exitCode).toBe(0);
    expect(existsSync(above)).toBe(isThere);
  });

  it('wants a yes', async () => {
    const world = await createUsedMachine();
    const before = rest(world);
    expect(readError((await uninstall(world, '--json')).stdout)).toMatchObject({ code: 'NON_INTERACTIVE' });
    expect(rest(world)).toEqual(before);
  });

  it.each([
    ['minikube', ['/usr/bin/minikube', 'delete']],
    ['Docker', ['docker', 'rmi']],
  ])('cut short where %s fails, it keeps what the next call needs, and that one ends it', async (_name, argv) => {
    const world = await createUsedMachine({}, [{ argv, once: true, exitCode: 1, stderr: 'killed' }]);
    const first = await uninstall(world, '--yes', '--json');
    expect(first.exitCode).toBe(1);
    expect(rest(world)).not.toEqual([]);
    expect((await uninstall(world, '--yes')).exitCode).toBe(0);
    expect(rest(world)).toEqual([]);
  });

  it('touches nothing in Docker that another SPARK_DEV_HOME made', async () => {
    const world = await createUsedMachine({ profile: 'absent' });
    world.machine.docker.start('the authority of another home');
    expect((await uninstall(world, '--yes')).exitCode).toBe(0);
    expect(rest(world)).toEqual([world.node, 'container', 'volume', 'network']);
  });

  it('without minikube asks Docker itself', async () => {
    const world = await createUsedMachine();
    const { runner } = world.machine.host;
    const host = {
      ...world.machine.host,
      runner: {
        ...runner,
        which: (program: string) => (program === 'minikube' ? Promise.resolve(undefined) : runner.which(program)),
      },
    };
    rmSync(join(host.directories.data, 'tools', 'minikube'), { recursive: true });
    const { stdout } = await call(['uninstall', '--dry-run'], { host });
    for (const kind of ['container', 'volume', 'network'])
      expect(stdout).toMatch(new RegExp(`^docker ${kind} rm .*(spark-dev|[0-9a-f]{64})$`, 'm'));
  });

  it('leaves a broken kubeconfig as it is, and says so', async () => {
    const world = await createUsedMachine();
    const broken = `${readFileSync(world.kubeconfig, 'utf8')}\n  - [`;
    writeFileSync(world.kubeconfig, broken);
    const end = await uninstall(world, '--yes');
    expect(end.stdout).toMatch(/^Keep: entries for spark-dev in your kubeconfig: .*was left unchanged/m);
    expect(readFileSync(world.kubeconfig, 'utf8')).toBe(broken);
    expect(rest(world)).toEqual(['kubeconfig']);
  });

  it('takes away a kubeconfig that init began', async () => {
    const machine = await createFakeMachine(
      {},
      { programs: [{ argv: ['du', '-sk'] }, ...dockerPrograms({ tags: {} })] },
    );
    await call(['init', '--yes', '--no-verify'], { host: machine.host });
    const kubeconfig = join(machine.host.directories.userHome, '.kube', 'config');
    expect(existsSync(kubeconfig)).toBe(true);
    write(join(machine.host.directories.system, 'var/log/apt/history.log'), aptHistory);
    const end = await call(['uninstall', '--yes'], { host: machine.host });
    expect(end.stdout).toMatch(/^Keep: the Debian packages that init installed.*purge --autoremove mmdebstrap$/m);
    expect(existsSync(dirname(kubeconfig))).toBe(false);
  });
});

describe('uninstall with Docker dead', () => {
  it('says what could not be looked at, and touches nothing without --force', async () => {
    const world = await createUsedMachine();
    world.machine.state.docker = 'absent';
    const before = rest(world);
    expect(readError((await uninstall(world, '--yes', '--json')).stdout)).toMatchObject({ code: 'ENGINE_SILENT' });
    expect(rest(world)).toEqual(before);
    expect((await uninstall(world, '--dry-run')).stdout).toContain(
      'Keep: everything in Docker, because it does not answer',
    );
  });

  it('--force removes the rest and says how to get at what stays', async () => {
    const world = await createUsedMachine();
    world.machine.state.docker = 'absent';
    const end = await uninstall(world, '--yes', '--force');
    expect(end.exitCode).toBe(0);
    expect(rest(world)).toEqual([world.node, 'container', 'volume', 'network', 'kubeconfig']);
    const said = world.machine.host.ui.lines.join('\n');
    expect(said).toContain('docker volume inspect spark-dev');
    expect(said).toContain('kubectl config delete-context spark-dev');
  });

  it('has no need of it where only embedded runs were made', async () => {
    const world = await createUsedMachine({ profile: 'absent', docker: 'absent' });
    rmSync(join(world.machine.host.directories.data, 'images'), { recursive: true });
    expect((await uninstall(world, '--yes')).exitCode).toBe(0);
    expect(rest(world)).toEqual([world.node]);
  });
});

describe('uninstall and what is at work', () => {
  const startDaemon = ({ machine }: World, home: string): void => {
    const { data, system } = machine.host.directories;
    const pidFile = (folder: string): string => join(folder, 'docker-run', 'dockerd.pid');
    for (const folder of [data, home]) write(pidFile(folder), '77');
    write(join(system, 'proc', '77', 'cmdline'), `/usr/sbin/dockerd\0--pidfile\0${pidFile(home)}\0`);
    write(join(system, 'proc', '77', 'comm'), 'dockerd\n');
  };
  const startOwnDaemon = (world: World): void => {
    startDaemon(world, world.machine.host.directories.data);
  };

  it.each(['cp -a', 'cp -al'])('never stops the daemon of the home that this one is a copy of (%s)', async (how) => {
    const world = await createUsedMachine();
    const { data, userHome } = world.machine.host.directories;
    const original = join(userHome, 'original');
    startDaemon(world, original);
    const [there, here] = [original, data].map((folder) => join(folder, 'docker-run', 'dockerd.pid')) as [
      string,
      string,
    ];
    if (how === 'cp -al') {
      rmSync(here);
      linkSync(there, here);
    }
    await uninstall(world, '--yes', '--force');
    expect(world.machine.changes().join('\n')).not.toContain('start-stop-daemon');
  });

  it('stops the daemon that init started, after all that it holds is gone', async () => {
    const world = await createUsedMachine();
    startOwnDaemon(world);
    expect((await uninstall(world, '--yes')).exitCode).toBe(0);
    const changes = world.machine.changes();
    const at = (word: string): number => changes.findIndex((line) => line.startsWith(word));
    expect(at('start-stop-daemon')).toBeGreaterThan(at('docker rmi'));
    expect(at('docker rmi')).toBeGreaterThan(at('minikube delete'));
    expect(changes[at('start-stop-daemon')]).toContain('--exec /usr/bin/dockerd');
  });

  it('never stops a daemon that was there before', async () => {
    const world = await createUsedMachine();
    await uninstall(world, '--yes');
    expect(world.machine.changes().join('\n')).not.toContain('start-stop-daemon');
  });

  it('refuses to stop it under containers of others', async () => {
    const world = await createUsedMachine();
    startOwnDaemon(world);
    world.machine.docker.addContainer('postgres');
    const refused = readError((await uninstall(world, '--yes', '--json')).stdout);
    expect(refused).toMatchObject({ code: 'IN_USE', exitCode: 9, why: expect.stringContaining('postgres') as string });
    expect((await uninstall(world, '--yes', '--force')).exitCode).toBe(0);
  });

  it('refuses while a run is at work', async () => {
    const world = await createUsedMachine();
    const runId = 'sparkpi-260101000000-dead';
    await withLiveRun(world.machine.host, runId, async () => {
      const refused = readError((await uninstall(world, '--yes', '--json')).stdout);
      expect(refused).toMatchObject({ code: 'IN_USE', what: `A run is still active: ${runId}` });
    });
  });
});
