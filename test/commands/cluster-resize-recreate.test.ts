import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFilledMachine } from '../fakes/fake-content.js';
import { readResult } from '../worlds/envelope.js';
import { resize } from '../worlds/resizing.js';
import { profileFile } from '../../src/clusters/minikube/profile-config.js';

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'spark', labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
};

describe('cluster resize --recreate', () => {
  it('recreates the cluster and says what was kept', async () => {
    const machine = await createFilledMachine([namespace]);
    const done = readResult((await resize(machine, '--recreate', '--memory', '8g', '--yes', '--json')).stdout);
    expect(done).toMatchObject({ before: { memoryMb: 4096 }, after: { memoryMb: 8192 } });
    expect(done['kept']).toContainEqual(expect.stringMatching(/namespace.*spark/));
    expect(machine.content.memoryMb).toBe(8192);
    expect(machine.changes().some((line) => line.startsWith('docker update'))).toBe(false);
  });

  it('--dry-run shows what is kept and each command, and changes nothing', async () => {
    const machine = await createFilledMachine([namespace]);
    const shown = await resize(machine, '--recreate', '--memory', '8g', '--dry-run');
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(/^Kept: /);
    expect(shown.stdout).toContain('minikube delete -p spark-dev');
    expect(machine.changes()).toEqual([]);
  });

  it('is the way of drivers that cannot be resized in place', async () => {
    const machine = await createFilledMachine([namespace]);
    const config = readFileSync(profileFile(machine.host), 'utf8');
    writeFileSync(profileFile(machine.host), config.replace(/"Driver": ?"docker"/, '"Driver":"kvm2"'));
    const shown = await resize(machine, '--memory', '8g', '--dry-run');
    expect(shown.stdout).toContain('minikube delete -p spark-dev');
  });
});
