import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { clusterPaths } from '../../src/kube/names.js';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import { createFakeObjects, decoys, fakeObject, fakeRun, type FakeObjects } from '../fakes/fake-objects.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from './call.js';
import { readError, readResult } from './envelope.js';

const dead = 'sparkpi-260101000000-dead';
const live = 'sparkpi-260101000001-a11e';
const ownLabel = { 'app.kubernetes.io/managed-by': 'spark-dev' };

interface World {
  readonly machine: FakeMachine;
  readonly objects: FakeObjects;
}

async function createWorld(state: Partial<MachineState> = {}, programs: readonly Scripted[] = []): Promise<World> {
  let kubeconfig = '';
  const objects = createFakeObjects(() => kubeconfig);
  const machine = await createFakeMachine(state, { programs: [...programs, ...objects.programs] });
  kubeconfig = clusterPaths(machine.host.directories).kubeconfig;
  objects.add(...decoys);
  return { machine, objects };
}

function clean({ machine }: World, ...words: string[]): Promise<Call> {
  return call(['clean', ...words], { host: machine.host });
}

const decoyNames = decoys.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
const namesOf = (...runs: readonly ReturnType<typeof fakeRun>[]): readonly string[] =>
  runs.flat().map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

describe('clean', () => {
  it('removes all that dead runs left, Spark’s own objects too, and nothing else', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead), ...fakeRun(dead, 'team'), fakeObject('pod', 'probe', { labels: ownLabel }));
    const data = readResult((await clean(world, '--yes', '--json')).stdout);
    expect(data).toEqual({
      removed: expect.arrayContaining([
        ...namesOf(fakeRun(dead), fakeRun(dead, 'team')),
        'pod spark/probe',
      ]) as string[],
      left: [],
    });
    expect(world.objects.names()).toEqual(decoyNames);
  });

  it('shows with --dry-run exactly what it then removes, and changes nothing before', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead));
    const before = world.objects.names();
    const shown = readResult((await clean(world, '--dry-run', '--volumes', '--json')).stdout) as { removes: string[] };
    expect(world.machine.changes()).toEqual([]);
    expect(world.objects.names()).toEqual(before);
    const done = readResult((await clean(world, '--volumes', '--yes', '--json')).stdout) as { removed: string[] };
    expect([...done.removed].sort()).toEqual([...shown.removes].sort());
    expect(shown.removes).toHaveLength(before.length - world.objects.names().length);
  });

  it('prints the commands that it would run, in their order', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead));
    const lines = (await clean(world, '--dry-run')).stdout.split('\n').filter((line) => line.includes(' delete '));
    expect(lines.map((line) => / delete (\S+)/.exec(line)?.[1])).toEqual([
      `job/${dead}-submit`,
      `pod/${dead}-driver`,
      `pod/${dead}-submit-x`,
    ]);
    await clean(world, '--yes');
    const ran = world.machine.host.runner.calls.map(({ argv }) => argv.join(' '));
    for (const line of lines) expect(ran.map((one) => one.slice(0, 60))).toContain(line.slice(0, 60));
  });

  it('leaves a run alone whose spark-dev is alive, and says so; --all takes it too', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead), ...fakeRun(live));
    await withLiveRun(world.machine.host, live, async () => {
      const end = await clean(world, '--yes');
      expect(world.machine.host.ui.lines.join('\n')).toContain(`at work: ${live}`);
      expect(end.exitCode).toBe(0);
      expect(world.objects.names()).toEqual([...decoyNames, ...namesOf(fakeRun(live))]);
      await clean(world, '--all', '--yes');
      expect(world.objects.names()).toEqual(decoyNames);
    });
  });

  it('removes in a second round the driver that a dying submit client still made', async () => {
    let kubeconfig = '';
    let makeDriver = (): void => undefined;
    const job = `job/${dead}-submit`;
    const dying: Scripted = {
      get argv() {
        return [
          '/usr/bin/kubectl',
          `--kubeconfig=${kubeconfig}`,
          '--context=spark-dev',
          '--namespace=spark',
          'delete',
          job,
        ];
      },
      once: true,
      does: () => {
        makeDriver();
      },
    };
    const world = await createWorld({}, [dying]);
    kubeconfig = clusterPaths(world.machine.host.directories).kubeconfig;
    const labels = { ...ownLabel, 'spark-dev/run': dead };
    makeDriver = () => {
      world.objects.add(fakeObject('pod', `${dead}-driver`, { labels }));
    };
    world.objects.add(fakeObject('job', `${dead}-submit`, { labels }));
    const data = readResult((await clean(world, '--yes', '--json')).stdout) as { left: string[] };
    expect(data.left).toEqual([]);
    expect(world.objects.names()).toEqual(decoyNames);
  });

  it('keeps volumes; --volumes asks for them on their own and never takes a foreign one', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead));
    await clean(world, '--yes');
    expect(world.objects.names()).toContain('persistentvolumeclaim spark/spark-events');
    await clean(world, '--volumes', '--yes');
    expect(world.objects.names()).not.toContain('persistentvolumeclaim spark/spark-events');
    expect(world.objects.names()).toContain('persistentvolumeclaim team/spark-events');
  });

  it('keeps a volume that a run at work mounts', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(live));
    await withLiveRun(world.machine.host, live, () => clean(world, '--volumes', '--yes'));
    expect(world.objects.names()).toContain('persistentvolumeclaim spark/spark-events');
  });

  it('says what stayed when something did not go, and fails', async () => {
    let kubeconfig = '';
    const stuck: Scripted = {
      get argv() {
        return ['/usr/bin/kubectl', `--kubeconfig=${kubeconfig}`, '--context=spark-dev', '--namespace=spark', 'delete'];
      },
      exitCode: 1,
      stderr: 'timed out waiting for the condition',
    };
    const world = await createWorld({}, [stuck]);
    kubeconfig = clusterPaths(world.machine.host.directories).kubeconfig;
    world.objects.add(...fakeRun(dead));
    const end = await clean(world, '--yes', '--json');
    expect(end.exitCode).toBe(1);
    expect(JSON.parse(end.stdout)).toMatchObject({ ok: false, data: { removed: [], left: namesOf(fakeRun(dead)) } });
  });

  it('is announced by status', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead), ...fakeRun(live));
    await withLiveRun(world.machine.host, live, async () => {
      const { stdout } = await call(['status'], { host: world.machine.host });
      expect(stdout).toMatch(/^leftovers +8 things of runs that ended badly: spark-dev clean$/m);
    });
    await clean(world, '--all', '--yes');
    expect((await call(['status'], { host: world.machine.host })).stdout).not.toContain('leftovers');
  });

  it('wants a yes', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead));
    expect(readError((await clean(world, '--json')).stdout)).toMatchObject({ code: 'NON_INTERACTIVE' });
    expect(world.machine.changes()).toEqual([]);
  });

  it('has nothing to do on a tidy machine, twice', async () => {
    const world = await createWorld();
    expect((await clean(world, '--yes')).stdout).toBe('There is nothing to remove\n');
    expect((await clean(world)).stdout).toBe('There is nothing to remove\n');
  });

  it('without a cluster looks at this machine alone, and says so', async () => {
    const world = await createWorld({ profile: 'stopped' });
    expect(await clean(world, '--yes')).toMatchObject({ exitCode: 0, stdout: 'There is nothing to remove\n' });
    expect(world.machine.host.ui.lines.join('\n')).toContain('No cluster runs');
  });
});

describe('clean on this machine', () => {
  const place = ({ machine }: World, pid: number, environ: string, comm: string, root = '/'): string => {
    const folder = join(machine.host.directories.system, 'proc', String(pid));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'environ'), environ);
    writeFileSync(join(folder, 'comm'), `${comm}\n`);
    symlinkSync(root, join(folder, 'root'));
    return folder;
  };

  it('ends what a dead run started, and no process that merely looks like it', async () => {
    let folder = '';
    const world = await createWorld({}, [
      {
        argv: ['kill', '71'],
        does: () => {
          rmSync(folder, { recursive: true });
        },
      },
    ]);
    const { directories } = world.machine.host;
    const runs = join(directories.state, 'runs');
    await claimFolders(directories);
    mkdirSync(runs);
    // what is mounted into a container, or looked at by another user, has other folders under this path
    const container = join(directories.working, 'container');
    mkdirSync(join(container, runs), { recursive: true });
    folder = place(world, 71, `A=1\0SPARK_DEV_RUN_FOLDER=${runs}/${dead}\0`, 'skaffold');
    place(world, 72, `SPARK_DEV_RUN_FOLDER=/another/home/runs/${dead}\0`, 'skaffold');
    place(world, 73, `PWD=${runs}/${dead}\0`, 'tail');
    place(world, 74, `SPARK_DEV_RUN_FOLDER=${runs}/${live}\0`, 'java');
    place(world, 75, `SPARK_DEV_RUN_FOLDER=${runs}/${dead}\0`, 'java', container);
    place(world, 76, `SPARK_DEV_RUN_FOLDER=${runs}/${dead}\0`, 'java', '/nobody/may/look');
    await withLiveRun(world.machine.host, live, async () => {
      const data = readResult((await clean(world, '--yes', '--json')).stdout);
      expect(data).toEqual({ removed: [`process 71 (skaffold, run ${dead})`], left: [] });
    });
    expect(world.machine.host.runner.ended).toEqual([71]);
  });

  it.each(['clean', 'uninstall'])(
    '%s ends no process that got the number while the question was open',
    async (verb) => {
      const world = await createWorld({}, [
        { argv: ['du', '-sk'] },
        { argv: ['docker', 'image', 'ls'] },
        { argv: ['docker', 'rmi'] },
      ]);
      const { host } = world.machine;
      const runs = join(host.directories.state, 'runs');
      await claimFolders(host.directories);
      mkdirSync(runs);
      const folder = place(world, 71, `SPARK_DEV_RUN_FOLDER=${runs}/${dead}\0`, 'skaffold');
      const asked: string[] = [];
      const ui = {
        ...host.ui,
        confirm: (question: string) => {
          asked.push(question);
          rmSync(folder, { recursive: true, force: true });
          place(world, 71, 'A=1\0', 'postgres');
          return Promise.resolve(true);
        },
      };
      await call([verb], { host: { ...host, ui } });
      expect(asked).toHaveLength(1);
      expect(host.runner.ended).toEqual([]);
    },
  );

  it('--runs keeps the newest, those at work and what is not a run', async () => {
    const measured = createMeasured();
    const world = await createWorld({}, [measured.du]);
    const runs = join(world.machine.host.directories.state, 'runs');
    await claimFolders(world.machine.host.directories);
    const names = ['b-260101000001-0001', 'a-260101000002-0002', 'c-260101000003-0003', 'notes'];
    for (const name of names) mkdirSync(join(runs, name), { recursive: true });
    measured.say([`8\t${runs}/a-260101000002-0002`]);
    await withLiveRun(world.machine.host, 'b-260101000001-0001', () => clean(world, '--runs', '--keep', '1', '--yes'));
    const asked = world.machine.host.runner.calls
      .filter(({ argv }) => argv[0] === 'du')
      .map(({ argv }) => argv.slice(2));
    expect(asked).toEqual([[`${runs}/a-260101000002-0002`]]);
    expect(names.filter((name) => existsSync(join(runs, name)))).toEqual([
      'b-260101000001-0001',
      'c-260101000003-0003',
      'notes',
    ]);
  });

  it('--caches shows their sizes and leaves Spark itself', async () => {
    const measured = createMeasured();
    const world = await createWorld({}, [measured.du]);
    const { cache } = world.machine.host.directories;
    await claimFolders(world.machine.host.directories);
    for (const name of ['go/mod', 'downloads', 'spark/4.3.0']) mkdirSync(join(cache, name), { recursive: true });
    measured.say([`13671875\t${cache}/go`, `4\t${cache}/downloads`]);
    expect((await clean(world, '--caches', '--dry-run')).stdout).toContain('(14.0 GB)');
    await clean(world, '--caches', '--yes');
    expect(['go', 'downloads', 'spark'].map((name) => existsSync(join(cache, name)))).toEqual([false, false, true]);
  });

  it.each(['-1', 'many', '1.5'])('--keep %s is refused', async (number) => {
    expect(await clean(await createWorld(), '--runs', `--keep=${number}`, '--dry-run')).toMatchObject({ exitCode: 2 });
  });
});

/** A `du` whose answer is told once the folders are known. */
function createMeasured(): { readonly du: Scripted; readonly say: (lines: readonly string[]) => void } {
  let stdout = '';
  return {
    du: {
      argv: ['du', '-sk'],
      get stdout() {
        return stdout;
      },
    },
    say: (lines) => {
      stdout = lines.join('\n');
    },
  };
}
