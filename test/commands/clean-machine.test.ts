import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { createFakeObjects } from '../fakes/fake-objects.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

const dead = 'sparkpi-260101000000-dead';
const live = 'sparkpi-260101000001-a11e';

interface World {
  readonly machine: FakeMachine;
}

async function createWorld(programs: readonly Scripted[] = []): Promise<World> {
  const objects = createFakeObjects();
  const machine = await createFakeMachine({}, { programs, objects });
  await claimFolders(machine.host.directories);
  return { machine };
}

function clean({ machine }: World, ...words: string[]): Promise<Call> {
  return call(['clean', ...words], { host: machine.host });
}

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
    const world = await createWorld([
      {
        argv: ['kill', '71'],
        does: () => {
          rmSync(folder, { recursive: true });
        },
      },
    ]);
    const { directories } = world.machine.host;
    const runs = join(directories.state, 'runs');
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
      const world = await createWorld([
        { argv: ['du', '-sk'] },
        { argv: ['docker', 'image', 'ls'] },
        { argv: ['docker', 'rmi'] },
      ]);
      const { host } = world.machine;
      const runs = join(host.directories.state, 'runs');
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
    const world = await createWorld([measured.du]);
    const runs = join(world.machine.host.directories.state, 'runs');
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
    const world = await createWorld([measured.du]);
    const { cache } = world.machine.host.directories;
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
