import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeNeeded } from '../../src/images/sets/image-set.js';
import type { DockerConnector, PullEvent } from '../../src/ports/docker.js';
import { describeDistribution } from '../../src/toolchain/spark/distribution.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { dockerWith, type FakeDaemons } from '../fakes/fake-images.js';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from '../worlds/call.js';
import { readEnvelope, readError, readResult } from '../worlds/envelope.js';

const images = (machine: FakeMachine, ...words: string[]): Promise<Call> =>
  call(['images', ...words], { host: machine.host });

const building: readonly Scripted[] = [
  { argv: ['docker', 'build'] },
  { argv: ['docker', 'run', '--rm', '--network', 'none'], stdout: 'bash=5.2' },
  { argv: ['docker', 'image', 'prune'] },
  { argv: ['docker', 'history'], stdout: '221000000 COPY … /opt/spark/spark.jsa' },
  { argv: ['docker', 'context', 'inspect'], stdout: '{"Endpoints":{"docker":{"Host":"unix:///run/docker.sock"}}}' },
  { argv: ['docker', 'info', '--format', '{{.DockerRootDir}}'], stdout: '/' },
];

async function createMachine(
  daemons: FakeDaemons,
  state: Partial<MachineState> = {},
  docker?: DockerConnector,
): Promise<FakeMachine> {
  const world = { programs: [...building, ...dockerWith(daemons)], ...(docker === undefined ? {} : { docker }) };
  return createFakeMachine(state, world);
}

describe('images build', () => {
  it('builds the Spark image by its recipe, brings it into the cluster and looks there', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const machine = await createMachine(daemons, { sparkImageInCluster: false });
    const [spark] = describeNeeded(machine.parts);
    rmSync(machine.parts.spark.tar);
    mkdirSync(describeDistribution(machine.host.directories, sparkVersion).folder, { recursive: true });
    daemons.host.push({ id: 'sha256:1', tags: [spark?.reference ?? ''], recipe: spark?.recipe ?? '' });
    const { images: built } = readResult((await images(machine, 'build', '--json')).stdout);
    expect(built).toMatchObject([{ name: 'spark', built: true, inCluster: 'loaded' }]);
    expect(daemons.cluster).toMatchObject([{ recipe: spark?.recipe }]);
    machine.state.sparkImageInCluster = true;
    const again = readResult((await images(machine, 'build', '--json')).stdout);
    expect(again['images']).toMatchObject([{ built: false, inCluster: 'there' }]);
  });

  it('is not content with another image under that name in the cluster', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const machine = await createMachine(daemons);
    daemons.cluster.push({ id: 'sha256:2', tags: [machine.parts.spark.reference], recipe: 'another' });
    expect(readError((await images(machine, 'build', '--json')).stdout)).toMatchObject({ code: 'IMAGE_MISSING' });
  });

  it('builds nothing where the cluster that it is for does not run', async () => {
    const machine = await createMachine({ host: [], cluster: [] }, { profile: 'stopped' });
    rmSync(machine.parts.spark.tar);
    expect(readError((await images(machine, 'build', '--json')).stdout)).toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
    expect(machine.changes()).toEqual([]);
  });

  it('makes the root before what is built on it, and shows the commands', async () => {
    const machine = await createMachine({ host: [], cluster: [] });
    rmSync(machine.parts.node.tar);
    rmSync(machine.parts.root.tar);
    const { steps } = readResult((await images(machine, 'build', 'node', '--dry-run', '--json')).stdout);
    expect((steps as { id: string }[]).map(({ id }) => id)).toEqual(['image:debian', 'image:node']);
    expect(machine.changes()).toEqual([]);
  });

  it('knows no other image', async () => {
    const machine = await createMachine({ host: [], cluster: [] });
    expect(readError((await images(machine, 'build', 'orders', '--json')).stdout)).toMatchObject({ code: 'USAGE' });
  });
});

const name = 'registry.example/shop/orders:1';
const event: PullEvent = { layer: 'aaaaaaaaaaaa', status: 'Downloading', current: 1_000_000, total: 2_000_000 };

/** A daemon whose registries answer as they are told to, name by name; what it pulls it has. */
function pulling(daemons: FakeDaemons, answers: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const docker: DockerConnector = () =>
    Promise.resolve({
      pull(reference, { onEvent }) {
        const before = asked.filter((one) => one === reference).length;
        asked.push(reference);
        const failure = (answers[reference] ?? ['manifest unknown'])[before];
        if (failure !== undefined) return Promise.reject(new Error(failure));
        onEvent(event);
        daemons.host.push({ id: `sha256:${'c'.repeat(64)}`, tags: [reference] });
        return Promise.resolve();
      },
    });
  return { asked, docker };
}

describe('images pull NAME', () => {
  it('pulls, says how far it is, and brings it into the cluster', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const machine = await createMachine(daemons, {}, pulling(daemons, { [name]: [] }).docker);
    const notes: string[] = [];
    const step = (title: string) => ({
      ...machine.host.ui.step(title),
      progress: (note: string) => void notes.push(note),
    });
    const host = { ...machine.host, ui: { ...machine.host.ui, step } };
    const pulled = await call(['images', 'pull', name, '--json'], { host });
    expect(readResult(pulled.stdout)).toMatchObject({
      images: [{ reference: name, origin: 'itself' }],
      inCluster: [name],
    });
    expect(readEnvelope(pulled.stdout).warnings).toEqual([expect.stringContaining('free disk space was not checked')]);
    expect(notes).toContain('1 MB of 2 MB, 0 bytes/s');
  });

  it('tries again what may pass, and not what stays', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const { asked, docker } = pulling(daemons, { [name]: ['unexpected EOF'] });
    const machine = await createMachine(daemons, {}, docker);
    expect((await images(machine, 'pull', name)).exitCode).toBe(0);
    expect(asked).toEqual([name, name]);
    const none = await images(machine, 'pull', 'registry.example/none:1', '--json');
    expect(readError(none.stdout)).toMatchObject({ code: 'IMAGE_MISSING', exitCode: 7 });
    expect(asked.filter((one) => one.includes('none'))).toHaveLength(1);
  });

  it('takes mirror and fallback from the settings, and gives the image the name that was asked for', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const { asked, docker } = pulling(daemons, { 'quay.example/orders:1': [] });
    const machine = await createMachine(daemons, {}, docker);
    const settings = `version: 1\nimages:\n  mirrors: {registry.example: mirror.example}\n  fallbacks:\n    registry.example/shop/orders: [quay.example/orders]\n`;
    writeFileSync(join(machine.host.directories.working, 'spark-dev.yaml'), settings);
    const { images: rows } = readResult((await images(machine, 'pull', name, '--json')).stdout);
    expect(rows).toMatchObject([{ reference: name, origin: 'fallback', from: 'quay.example/orders:1' }]);
    expect(asked).toEqual(['mirror.example/shop/orders:1', name, 'quay.example/orders:1']);
  });

  it('--dry-run pulls nothing', async () => {
    const machine = await createMachine({ host: [], cluster: [] });
    expect((await images(machine, 'pull', name, '--dry-run')).stdout).toContain(`docker pull ${name}`);
    expect(machine.changes()).toEqual([]);
  });
});

describe('images pull', () => {
  it('has nothing to pull from package registries, and builds what is missing', async () => {
    const daemons: FakeDaemons = { host: [], cluster: [] };
    const machine = await createMachine(daemons);
    const [spark] = describeNeeded(machine.parts);
    daemons.cluster.push({ id: 'sha256:1', tags: [spark?.reference ?? ''], recipe: spark?.recipe ?? '' });
    expect((await images(machine, 'pull')).stdout).toContain('Nothing to pull or build');
    const pause = machine.parts.controlPlane.find(({ recipe }) => recipe.name === 'pause');
    rmSync(pause?.tar ?? '');
    daemons.host.push({ id: 'sha256:2', tags: [pause?.reference ?? ''] });
    expect(readResult((await images(machine, 'pull', '--json')).stdout)['made']).toEqual(['image:pause']);
  });
});
