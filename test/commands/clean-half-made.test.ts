import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { withLiveRun } from '../../src/runs/live-run.js';
import { halfMadeName } from '../../src/toolchain/half-made.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call, type Call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

const dead = 'sparkpi-260101000000-dead';
const live = 'sparkpi-260101000001-a11e';

interface World {
  readonly machine: FakeMachine;
}

async function createWorld(): Promise<World> {
  const machine = await createFakeMachine({ profile: 'stopped' }, {});
  await claimFolders(machine.host.directories);
  return { machine };
}

function clean({ machine }: World, ...words: string[]): Promise<Call> {
  return call(['clean', ...words], { host: machine.host });
}

function place({ machine }: World, pid: number, environ: string, root = '/'): void {
  const folder = join(machine.host.directories.system, 'proc', String(pid));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'environ'), environ);
  writeFileSync(join(folder, 'comm'), 'java\n');
  symlinkSync(root, join(folder, 'root'));
}

describe('clean after a kill', () => {
  it('removes what killed runs and builds left on the disk, and leaves what a live one makes', async () => {
    const world = await createWorld();
    const { cache, data, state, system } = world.machine.host.directories;
    const part = (name: string, pid: number): string =>
      halfMadeName(join(cache, name)).replace(`-${String(process.pid)}-`, `-${String(pid)}-`);
    mkdirSync(join(system, 'proc/81'), { recursive: true });
    const gone = [join(state, 'runs', dead, 'tmp'), part('jars/a.jar', 80), part('spark/4.3.0', 80)];
    const kept = [join(state, 'runs', live, 'tmp'), part('jars/a.jar', 81), join(state, 'runs', dead, 'events')];
    for (const path of [...gone, ...kept]) mkdirSync(path, { recursive: true });
    // a person's, and old
    for (const folder of [cache, data]) {
      const path = join(folder, 'movie.part');
      writeFileSync(path, '');
      utimesSync(path, 0, 0);
      kept.push(path);
    }
    await withLiveRun(world.machine.host, live, async () => {
      expect((await clean(world, '--dry-run')).stdout).not.toContain('Nothing to remove');
      const removal = readResult((await clean(world, '--yes', '--json')).stdout);
      expect(removal).toEqual({ removed: gone.map((path) => `temporary ${path}`), left: [] });
    });
    expect(gone.filter((path) => existsSync(path))).toEqual([]);
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('ends a compiler whose spark-dev was killed, and no other', async () => {
    const world = await createWorld();
    const { cache, system } = world.machine.host.directories;
    const variable = (pid: number): string =>
      `SPARK_DEV_RUN_FOLDER=${halfMadeName(join(cache, 'jars/a.jar')).replace(`-${String(process.pid)}-`, `-${String(pid)}-`)}\0`;
    place(world, 82, variable(80));
    place(world, 83, variable(81));
    place(world, 84, variable(80).replace(cache, '/another/home/cache'));
    const container = join(world.machine.host.directories.working, 'container');
    mkdirSync(join(container, cache), { recursive: true });
    place(world, 85, variable(80), container);
    mkdirSync(join(system, 'proc/81'), { recursive: true });
    await clean(world, '--yes');
    expect(world.machine.host.runner.ended).toEqual([82]);
  });
});
