import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recreationFolder } from '../../src/clusters/recreate/record.js';
import { isKept, objectKey, withoutTraces } from '../../src/clusters/recreate/objects.js';
import { isOpen } from '../../src/journal/journal.js';
import { filling } from '../fakes/cluster-filling.js';
import { createFilledMachine, type FilledMachine } from '../fakes/fake-content.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';
import { findPreparedCluster } from '../../src/clusters/providers.js';
import { recreateCluster } from '../../src/clusters/recreate/recreate-cluster.js';

const request = { size: { cpus: 3, memoryMb: 6144 }, signal: new AbortController().signal };

/** All that is kept, the way it does not depend on the cluster it is in. */
function essence({ content }: FilledMachine): unknown {
  const kept = [...content.objects.values()].filter((object) => isKept(object, ['spark', 'team']));
  return {
    objects: kept
      .filter(({ kind }) => ['Secret', 'Deployment', 'CronJob', 'PersistentVolumeClaim'].includes(kind))
      .map(withoutTraces)
      .map((object) => [objectKey(object), object.kind === 'PersistentVolumeClaim' ? 'there' : object])
      .sort(),
    files: [...content.volumes].sort(),
    images: [...content.images].sort(),
  };
}

async function expectWhole(machine: FilledMachine, before: unknown): Promise<void> {
  expect(essence(machine)).toEqual(before);
  expect(await isOpen(machine.host, 'recreate-cluster')).toBe(false);
  expect(existsSync(recreationFolder(machine.host.directories).root)).toBe(false);
}

describe('recreating the cluster', () => {
  it('brings back objects, files, images and replicas in a cluster of the new size', async () => {
    const machine = await createFilledMachine(filling);
    const before = essence(machine);
    await recreateCluster(machine.host, request);
    await expectWhole(machine, before);
    expect(machine.content).toMatchObject({ cpus: 3, memoryMb: 6144 });
    expect(machine.changes().join('\n')).not.toContain('c2VudGluZWw=');
  });
});

describe('before anything is done', () => {
  it('a no is a no, and nothing is left of the look', async () => {
    const machine = await createFilledMachine(filling, { confirms: false });
    await expect(recreateCluster(machine.host, request)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(machine.calls).toEqual([]);
    expect(await isOpen(machine.host, 'recreate-cluster')).toBe(false);
    expect(machine.host.ui.lines).toContain('Kept: Files of claim team/notes: 5 kB');
  });

  it('a disk that is too small is said with both figures', async () => {
    const machine = await createFilledMachine(filling);
    machine.content.claimBytes = 1e18;
    await expect(recreateCluster(machine.host, request)).rejects.toMatchObject({
      code: 'RESOURCES_SHORT',
      facts: { neededBytes: expect.any(Number) as number, freeBytes: expect.any(Number) as number },
    });
    expect(machine.calls).toEqual([]);
  });

  it('a cluster that does not run cannot be looked into', async () => {
    const machine = await createFilledMachine(filling);
    machine.state.profile = 'stopped';
    await expect(recreateCluster(machine.host, request)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });

  it('more than the machine has is refused', async () => {
    const machine = await createFilledMachine(filling);
    const tooMuch = { ...request, size: { memoryMb: 99_999 } };
    await expect(recreateCluster(machine.host, tooMuch)).rejects.toMatchObject({ code: 'RESOURCES_SHORT' });
  });
});

describe('when something fails', () => {
  it('before the deletion, the old cluster goes on at once', async () => {
    const machine = await createFilledMachine(filling);
    const before = essence(machine);
    machine.content.spoils = 'archives';
    await expect(recreateCluster(machine.host, request)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    await expectWhole(machine, before);
    expect(machine.changes().join('\n')).not.toContain('minikube delete');
  });

  it('a difference is named, what was saved is kept, and the next init puts it back once more', async () => {
    const machine = await createFilledMachine(filling);
    const before = essence(machine);
    machine.content.spoils = 'volumes';
    await expect(recreateCluster(machine.host, request)).rejects.toMatchObject({
      code: 'RESTORE_DIFFERS',
      why: expect.stringContaining('files of spark/spark-events: ./kept.txt: Contents differ') as string,
    });
    expect(existsSync(recreationFolder(machine.host.directories).root)).toBe(true);
    expect((await findPreparedCluster(machine.host, { provider: undefined })) as object).toHaveProperty('absent');
    machine.content.spoils = 'nothing';
    expect((await call(['init', '--yes', '--no-verify'], { host: machine.host })).exitCode).toBe(0);
    await expectWhole(machine, before);
  });

  it('an archive that was changed in the meantime is not put back', async () => {
    const machine = await createFilledMachine(filling);
    const killed = machine.killAt(await callsUntil('minikube delete'), 'after');
    await Promise.race([killed, recreateCluster(machine.host, request)]);
    machine.revive();
    writeFileSync(recreationFolder(machine.host.directories).claim({ namespace: 'team', name: 'notes' }), 'other');
    const next = await call(['init', '--yes', '--no-verify', '--json'], { host: machine.host });
    expect(readError(next.stdout)).toMatchObject({ code: 'RESTORE_DIFFERS' });
  });
});

describe('when the cluster is removed while it is cut short, before that was its turn', () => {
  const killedWithoutCluster = async (command: string): Promise<FilledMachine> => {
    const machine = await createFilledMachine(filling);
    const killed = machine.killAt(await callsUntil(command), 'before');
    await Promise.race([killed, recreateCluster(machine.host, request)]);
    machine.revive();
    machine.docker.delete();
    machine.content.objects.clear();
    machine.content.volumes.clear();
    machine.state.profile = 'absent';
    return machine;
  };

  it('all claims that were saved are put back', async () => {
    const machine = await killedWithoutCluster('docker save');
    const next = await call(['init', '--yes', '--no-verify', '--json'], { host: machine.host });
    expect(next.exitCode, next.stdout).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toContain('not saved before the cluster was removed: spark-dev-app:one');
    expect(essence(machine)).toEqual(essence(await createFilledMachine(filling)));
  });

  it('what was saved by then is kept, and down --delete gives it up', async () => {
    const machine = await killedWithoutCluster('docker exec --interactive spark-dev tar --compare');
    const next = await call(['init', '--yes', '--no-verify', '--json'], { host: machine.host });
    expect(readError(next.stdout)).toMatchObject({ code: 'CLUSTER_ABSENT' });
    const { root } = recreationFolder(machine.host.directories);
    expect(readdirSync(root)).toContain('claim-spark.spark-events.tar');
    expect((await call(['down', '--delete', '--yes'], { host: machine.host })).exitCode).toBe(0);
    expect(existsSync(root)).toBe(false);
  });
});

describe('while it is cut short', () => {
  it('only the user can read what was saved', async () => {
    const machine = await killedAtDeletion();
    const { root } = recreationFolder(machine.host.directories);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    const files = readdirSync(root);
    expect(files).toContain('secrets-of-team.json');
    for (const file of files.filter((name) => name !== 'images.tar'))
      expect(statSync(join(root, file)).mode & 0o777, file).toBe(0o600);
  });

  it('a second resize goes on too, and then has its own size', async () => {
    const machine = await killedAtDeletion();
    await recreateCluster(machine.host, { ...request, size: { cpus: 2, memoryMb: 5000 } });
    expect(machine.content).toMatchObject({ cpus: 2, memoryMb: 5000 });
    expect(await isOpen(machine.host, 'recreate-cluster')).toBe(false);
  });

  it('another home with the same state folder (XDG_DATA_HOME alone differs) leaves it alone', async () => {
    const first = await killedAtDeletion();
    const other = await createFakeMachine({ profile: 'absent' });
    const { state, cache } = first.host.directories;
    const host = { ...other.host, directories: { ...other.host.directories, state, cache } };
    expect((await call(['down', '--delete', '--yes'], { host })).stdout).toContain('There is no cluster');
    expect((await findPreparedCluster(host, { provider: undefined })) as object).toEqual({
      absent: 'there is no cluster yet',
    });
    expect(await isOpen(first.host, 'recreate-cluster')).toBe(true);
  });

  it.each(['names', 'paths, as earlier versions wrote them'])('the home can be moved (archives by %s)', async (by) => {
    const machine = await killedAtDeletion();
    const { data } = machine.host.directories;
    const to = `${data}-moved`;
    if (by !== 'names') {
      const entry = join(data, 'journal', 'recreate-cluster.json');
      const { root } = recreationFolder({ data });
      writeFileSync(entry, readFileSync(entry, 'utf8').replaceAll(/"((claim-|images)[^"]*\.tar)":/g, `"${root}/$1":`));
      expect(readFileSync(entry, 'utf8')).toContain(`"${root}/images.tar":`);
    }
    renameSync(data, to);
    const host = { ...machine.host, directories: { ...machine.host.directories, data: to } };
    const next = await call(['init', '--yes', '--no-verify', '--json'], { host });
    expect(next.exitCode, next.stdout).toBe(0);
    expect(essence(machine)).toEqual(essence(await createFilledMachine(filling)));
  });

  it('down --delete gives it up, and says what that means', async () => {
    const machine = await killedAtDeletion();
    expect((await call(['down', '--delete', '--yes'], { host: machine.host })).exitCode).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toContain('that an interrupted resize saved in');
    expect(existsSync(recreationFolder(machine.host.directories).root)).toBe(false);
    expect(await isOpen(machine.host, 'recreate-cluster')).toBe(false);
  });
});

async function callsUntil(command: string): Promise<number> {
  const whole = await createFilledMachine(filling);
  await recreateCluster(whole.host, request);
  return whole.calls.findIndex((line) => line.startsWith(command)) + 1;
}

async function killedAtDeletion(): Promise<FilledMachine> {
  const machine = await createFilledMachine(filling);
  const killed = machine.killAt(await callsUntil('minikube delete'), 'after');
  await Promise.race([killed, recreateCluster(machine.host, request)]);
  machine.revive();
  return machine;
}

describe.each(['before', 'within', 'after'] as const)('killed %s a call', (when) => {
  it('converges with the next init, at each call', async () => {
    const whole = await createFilledMachine(filling);
    await recreateCluster(whole.host, request);
    expect(whole.calls.length).toBeGreaterThan(20);
    for (let nth = 1; nth <= whole.calls.length; nth += 1) {
      const machine = await createFilledMachine(filling);
      const before = essence(machine);
      const killed = machine.killAt(nth, when);
      await Promise.race([killed, recreateCluster(machine.host, request)]);
      machine.revive();
      const next = await call(['init', '--yes', '--no-verify'], { host: machine.host });
      expect(next.exitCode, `call ${String(nth)}: ${next.stderr}`).toBe(0);
      await expectWhole(machine, before);
    }
  });
});
