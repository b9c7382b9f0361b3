import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runFolder } from '../../src/runs/run-folder.js';
import { noteStandby } from '../../src/runs/standby.js';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import { createFakeObjects, decoys, fakeObject, fakeRun, type FakeObjects } from '../fakes/fake-objects.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const dead = 'sparkpi-260101000000-dead';
const live = 'sparkpi-260101000001-a11e';
const ownLabel = { 'app.kubernetes.io/managed-by': 'spark-dev' };

interface World {
  readonly machine: FakeMachine;
  readonly objects: FakeObjects;
}

async function createWorld(state: Partial<MachineState> = {}, programs: readonly Scripted[] = []): Promise<World> {
  const objects = createFakeObjects();
  const machine = await createFakeMachine(state, { programs, objects });
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
      expect(world.machine.host.ui.lines.join('\n')).toContain(`they are running: ${live}`);
      expect(end.exitCode).toBe(0);
      expect(world.objects.names()).toEqual([...decoyNames, ...namesOf(fakeRun(live))]);
      await clean(world, '--all', '--yes');
      expect(world.objects.names()).toEqual(decoyNames);
    });
  });

  it('removes in a second round the driver that a dying submit client still made', async () => {
    let makeDriver = (): void => undefined;
    const job = `job/${dead}-submit`;
    const dying: Scripted = {
      argv: ['/usr/bin/kubectl'],
      matches: (argv) => argv.includes('delete') && argv.includes(job),
      once: true,
      does: () => {
        makeDriver();
      },
    };
    const world = await createWorld({}, [dying]);
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
    const stuck: Scripted = {
      argv: ['/usr/bin/kubectl'],
      matches: (argv) => argv.includes('delete'),
      exitCode: 1,
      stderr: 'timed out waiting for the condition',
    };
    const world = await createWorld({}, [stuck]);
    world.objects.add(...fakeRun(dead));
    const end = await clean(world, '--yes', '--json');
    expect(end.exitCode).toBe(1);
    const { ok, data } = JSON.parse(end.stdout) as { ok: boolean; data: { removed: string[]; left: string[] } };
    expect([ok, data.removed, data.left.toSorted()]).toEqual([false, [], namesOf(fakeRun(dead)).toSorted()]);
  });

  it('is announced by status', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead), ...fakeRun(live));
    await withLiveRun(world.machine.host, live, async () => {
      const { stdout } = await call(['status'], { host: world.machine.host });
      expect(stdout).toMatch(/^leftovers +8 things of interrupted runs: spark-dev clean$/m);
    });
    await clean(world, '--all', '--yes');
    expect((await call(['status'], { host: world.machine.host })).stdout).not.toContain('leftovers');
  });

  it('is not what a driver is that waits for its program: status tells it apart', async () => {
    const world = await createWorld();
    const { host } = world.machine;
    world.objects.add(...fakeRun(dead));
    const folder = runFolder(host, dead);
    mkdirSync(folder, { recursive: true });
    await noteStandby(host, { runId: dead, folder }, { place: 'cluster', fingerprint: '', facts: {} });
    const { stdout } = await call(['status'], { host });
    expect(stdout).toMatch(/^standby +1 driver for the next run/m);
    expect(stdout).not.toContain('leftovers');
  });

  it('wants a yes', async () => {
    const world = await createWorld();
    world.objects.add(...fakeRun(dead));
    expect(readError((await clean(world, '--json')).stdout)).toMatchObject({ code: 'NON_INTERACTIVE' });
    expect(world.machine.changes()).toEqual([]);
  });

  it('has nothing to do on a tidy machine, twice', async () => {
    const world = await createWorld();
    expect((await clean(world, '--yes')).stdout).toBe('Nothing to remove\n');
    expect((await clean(world)).stdout).toBe('Nothing to remove\n');
  });

  it('without a cluster looks at this machine alone, and says so', async () => {
    const world = await createWorld({ profile: 'stopped' });
    expect(await clean(world, '--yes')).toMatchObject({ exitCode: 0, stdout: 'Nothing to remove\n' });
    expect(world.machine.host.ui.lines.join('\n')).toContain('No cluster is running');
  });
});
