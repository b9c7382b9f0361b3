import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterPaths } from '../../src/kube/names.js';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const folders = '/data/minikube/.minikube';
const removedByDocker = [
  // by id: what is proven is what goes
  expect.stringMatching(/^docker container rm --force --volumes [0-9a-f]{64}$/) as string,
  expect.stringMatching(/^docker network rm [0-9a-f]{64}$/) as string,
  'docker volume rm --force spark-dev',
  `rm -r -f ${folders}/profiles/spark-dev ${folders}/machines/spark-dev`,
];

/** minikube's own record of the profile, cut short. */
async function createDamaged(request: Partial<MachineState> = {}): Promise<FakeMachine> {
  const machine = await createFakeMachine({ profile: 'damaged', ...request });
  writeConfig(machine, '{"Name":"spark-dev","CPUs":2,"Mem');
  return machine;
}

function writeConfig({ host }: FakeMachine, text: string): void {
  const { minikubeHome } = clusterPaths(host.directories);
  const config = join(minikubeHome, '.minikube', 'profiles', 'spark-dev', 'config.json');
  mkdirSync(dirname(config), { recursive: true });
  writeFileSync(config, text);
}

describe('a profile whose config.json is cut short', () => {
  it('is shown by status', async () => {
    const { host } = await createDamaged();
    const { stdout, exitCode } = await call(['status'], { host });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^cluster +(spark-dev: )?damaged$/m)]);
  });

  it('is stopped by its container', async () => {
    const machine = await createDamaged();
    expect((await call(['down', '--dry-run'], { host: machine.host })).stdout).toBe('docker stop -t 60 spark-dev\n');
    expect(machine.changes()).toEqual([]);
    await call(['down'], { host: machine.host });
    expect(machine.changes()).toEqual(['docker stop -t 60 spark-dev']);
    expect((await call(['down'], { host: machine.host })).stdout).toContain('already stopped');
    expect(machine.changes()).toHaveLength(1);
  });

  it('is deleted without minikube, and the dry run shows how', async () => {
    const machine = await createDamaged();
    const { stdout } = await call(['down', '--delete', '--dry-run', '--json'], { host: machine.host });
    const shown = readResult(stdout)['commands'] as readonly (readonly string[])[];
    expect(machine.changes()).toEqual([]);
    expect((await call(['down', '--delete', '--yes'], { host: machine.host })).exitCode).toBe(0);
    expect(machine.changes()).toEqual(removedByDocker);
    expect(shown).toHaveLength(removedByDocker.length);
    expect((await call(['down', '--delete', '--yes', '--json'], { host: machine.host })).stdout).toContain('nothing');
  });

  it('is made whole by init from the copy that an earlier one kept', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    const init = (): ReturnType<typeof call> => call(['init', '--yes', '--no-verify'], { host: machine.host });
    await init();
    const before = machine.changes().length;
    writeConfig(machine, '{"Name":"spark-dev","CPUs":2,"Mem');
    machine.state.profile = 'damaged';
    expect((await init()).exitCode).toBe(0);
    const [put, ...rest] = machine.changes().slice(before);
    const config = `${folders}/profiles/spark-dev/config.json`;
    expect(put).toBe(`cp -p ${config}.kept ${config}`);
    expect(rest.some((line) => line.startsWith('minikube start'))).toBe(true);
    expect(rest.filter((line) => / (rm|delete) /.test(line) || line.includes('--cpus'))).toEqual([]);
    expect(machine.state.profile).toBe('running');
  });

  it('without a copy init says the way that works, and does nothing', async () => {
    const machine = await createDamaged();
    const { stdout } = await call(['init', '--yes', '--json'], { host: machine.host });
    expect(readError(stdout)).toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      fix: [expect.stringContaining('spark-dev down --delete') as string],
    });
    expect(machine.changes()).toEqual([]);
  });
});

describe('without minikube', () => {
  it.each(['running', 'paused', 'stopped', 'orphaned'] as const)(
    'the container tells that it is %s',
    async (profile) => {
      const machine = await createFakeMachine({ profile, hasMinikube: false });
      const whole = { Name: 'spark-dev', Nodes: [{}], KubernetesConfig: { KubernetesVersion: 'v1.34.4' } };
      writeConfig(machine, JSON.stringify(whole));
      const { stdout } = await call(['status', '--json'], { host: machine.host });
      expect(readResult(stdout)).toMatchObject({ profile: { state: profile }, missingTools: ['minikube'] });
    },
  );

  it('down stops the node that runs, and says nothing else', async () => {
    const machine = await createFakeMachine({ hasMinikube: false });
    expect(readResult((await call(['down', '--json'], { host: machine.host })).stdout)).toEqual({
      state: 'stopped',
      action: 'stopped',
    });
    expect(machine.changes()).toEqual(['docker stop -t 60 spark-dev']);
  });

  it.each(['running', 'stopped'] as const)('down --delete removes a cluster that is %s', async (profile) => {
    const machine = await createFakeMachine({ profile, hasMinikube: false });
    expect((await call(['down', '--delete', '--yes'], { host: machine.host })).exitCode).toBe(0);
    expect(machine.changes()).toEqual(removedByDocker);
  });

  it.each(['delete-cluster', 'create-cluster'] as const)(
    'a %s that was cut short is no dead end',
    async (operation) => {
      const machine = await createFakeMachine({ hasMinikube: false, profile: 'stopped' });
      const journal = join(machine.host.directories.state, 'journal');
      mkdirSync(journal, { recursive: true });
      writeFileSync(join(journal, `${operation}.json`), '{"since":1}');
      const words = operation === 'delete-cluster' ? ['down'] : ['down', '--delete', '--yes'];
      expect((await call(words, { host: machine.host })).exitCode).toBe(0);
      expect(machine.changes()).toEqual(removedByDocker);
    },
  );
});
