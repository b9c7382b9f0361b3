import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/journal/lock.js';
import { runFolder } from '../../src/runs/run-folder.js';
import { listWaiting, noteStandby } from '../../src/runs/standby.js';
import { kubectlLine } from '../fakes/fake-runner.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { entryFile, of8Gb, resize, sizes } from '../worlds/resizing.js';
import { profileFile } from '../../src/clusters/minikube/profile-config.js';

const unit = '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf';

describe('cluster resize', () => {
  it('changes the limit, the profile and what the node offers, and says what it had', async () => {
    const machine = await createFakeMachine();
    const done = await resize(machine, '--memory', '8g');
    expect(done).toMatchObject({
      exitCode: 0,
      stdout: 'The cluster now has 2 CPUs and 8.0 GB (before: 2 CPUs and 6.0 GB); nothing in it was interrupted\n',
    });
    expect(machine.changes()).toEqual([
      'docker update --cpus 2 --memory 8192m --memory-swap 8192m spark-dev',
      `docker exec spark-dev sed -i s/ --system-reserved=[^ ]*//; s/^ExecStart=\\/.*/& --system-reserved=cpu=2,memory=8192Mi/ ${unit}`,
      'docker exec spark-dev systemctl daemon-reload',
      'docker exec spark-dev systemctl restart kubelet',
    ]);
    expect(sizes(machine)).toEqual(of8Gb);
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it("keeps the profile's mode and all that is not ours in it", async () => {
    const machine = await createFakeMachine();
    const before = JSON.parse(readFileSync(profileFile(machine.host), 'utf8')) as Record<string, unknown>;
    await resize(machine, '--memory', '8g');
    expect(statSync(profileFile(machine.host)).mode & 0o777).toBe(0o600);
    const after = JSON.parse(readFileSync(profileFile(machine.host), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect({ ...after, Memory: 0, KubernetesConfig: 0 }).toEqual({ ...before, Memory: 0, KubernetesConfig: 0 });
  });

  it('takes kubelet the flag when the machine is all the cluster’s', async () => {
    const machine = await createFakeMachine();
    await resize(machine, '--cpus', '4', '--memory', '16g');
    expect(sizes(machine)).toMatchObject({ limit: { cpus: 4, memoryMb: 16_384 }, unit: '', kubelet: '' });
  });

  it.each([
    ['8g', 8192],
    ['8Gi', 8192],
    ['8192', 8192],
    ['8000mb', 8000],
    ['8192m', 8192],
    ['7.5GiB', 7680],
  ])('reads --memory %s', async (text, memoryMb) => {
    const machine = await createFakeMachine();
    expect(readResult((await resize(machine, '--memory', text, '--json')).stdout)).toMatchObject({
      before: { cpus: 2, memoryMb: 6144 },
      after: { cpus: 2, memoryMb },
      changed: ['limit', 'profile', 'kubelet'],
    });
    expect(machine.node.limit.memoryMb).toBe(memoryMb);
    const said = machine.host.ui.lines.some((line) => line.includes('is read as MiB'));
    expect(said).toBe(/^\d+$/.test(text));
  });

  it.each([
    ['--memory', '0'],
    ['--memory', '-6g'],
    ['--memory', 'lots'],
    ['--memory', '6x'],
    ['--cpus', '0'],
    ['--cpus', '-1'],
    ['--cpus', '1.5'],
  ])('%s %s is a usage error', async (flag, value) => {
    const machine = await createFakeMachine();
    expect(await resize(machine, `${flag}=${value}`)).toMatchObject({ exitCode: 2 });
    expect(machine.changes()).toEqual([]);
  });

  it('ends a driver that only waits, in whatever namespace', async () => {
    const machine = await createFakeMachine(
      { record: { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' } },
      { programs: [kubectlLine('/usr/bin/kubectl delete')] },
    );
    const { host } = machine;
    const runId = 'pi-261201000000-aaaa';
    const folder = runFolder(host, runId);
    mkdirSync(folder, { recursive: true });
    const facts = { context: 'spark-dev', namespace: 'mine' };
    await noteStandby(host, { runId, folder }, { place: 'cluster', fingerprint: '', facts });
    await resize(machine, '--memory', '8g', '--dry-run');
    expect(await listWaiting(host)).toEqual([runId]);
    expect((await resize(machine, '--memory', '8g')).exitCode).toBe(0);
    const ended = machine.host.runner.calls.map(({ argv }) => argv.join(' ')).find((line) => line.includes(runId));
    expect(ended).toMatch(/--namespace=mine delete job,pod/);
  });

  it.each([
    ['more than the machine', ['--memory', '17g'], /only 4 CPUs and 16.0 GB/],
    ['more CPUs than the machine', ['--cpus', '5'], /only 4 CPUs/],
    ['less than minikube needs', ['--memory', '1g'], /too little for a cluster/],
    ['less than is in use', ['--memory', '2g'], /less than what is in use/],
  ])('%s is refused before anything is changed', async (_name, words, what) => {
    const machine = await createFakeMachine();
    machine.node.usedMb = 3000;
    const refused = await resize(machine, ...words, '--json');
    expect(refused.exitCode).toBe(6);
    expect(readError(refused.stdout)).toMatchObject({
      code: 'RESOURCES_SHORT',
      what: expect.stringMatching(what) as string,
    });
    expect(machine.changes()).toEqual([]);
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('names the least that would do', async () => {
    const machine = await createFakeMachine();
    machine.node.usedMb = 3000;
    expect(readError((await resize(machine, '--memory', '2g', '--json')).stdout).fix[0]).toBe(
      'spark-dev cluster resize --memory 3256m',
    );
  });

  it('has nothing to do when it is so already', async () => {
    const machine = await createFakeMachine();
    expect((await resize(machine, '--cpus', '2', '--memory', '6g')).stdout).toMatch(/^Nothing to do: .*6\.0 GB/);
    expect(machine.changes()).toEqual([]);
  });

  it('--dry-run shows the commands and changes nothing', async () => {
    const machine = await createFakeMachine();
    const before = sizes(machine);
    const shown = await resize(machine, '--memory', '8g', '--dry-run');
    expect(shown.stdout).toContain('docker update --cpus 2 --memory 8192m --memory-swap 8192m spark-dev\n');
    expect(shown.stdout).toContain('docker exec spark-dev systemctl restart kubelet');
    expect(shown.stdout).toContain('profiles/spark-dev/config.json');
    expect(machine.changes()).toEqual([]);
    expect(sizes(machine)).toEqual(before);
  });

  it('waits for an init that is at work, and then names it', async () => {
    const machine = await createFakeMachine();
    const refused = await withLock(machine.host, { command: 'spark-dev init', timeoutMs: 0 }, () =>
      resize(machine, '--memory', '8g', '--lock-timeout', '0', '--json'),
    );
    expect(readError(refused.stdout)).toMatchObject({ code: 'LOCKED' });
    expect(machine.changes()).toEqual([]);
  });
});

describe('cluster resize repairs what disagrees', () => {
  it.each([
    ['the limit', (machine: FakeMachine) => (machine.node.limit = { cpus: 2, memoryMb: 4096 }), ['limit']],
    ['what the node offers', (machine: FakeMachine) => (machine.node.kubelet = ''), ['kubelet']],
    [
      'the profile',
      ({ host }: FakeMachine) => {
        const text = readFileSync(profileFile(host), 'utf8').replace('"Memory": 6144', '"Memory": 4096');
        writeFileSync(profileFile(host), text);
      },
      ['profile'],
    ],
  ])('only %s is stale: only that is repaired', async (_name, spoil, changed) => {
    const machine = await createFakeMachine();
    const whole = sizes(machine);
    spoil(machine);
    expect(readResult((await resize(machine, '--memory', '6g', '--json')).stdout)).toMatchObject({ changed });
    expect(sizes(machine)).toEqual(whole);
  });
});

describe('cluster resize of a cluster that is not up', () => {
  it('changes the limit and the profile of one that is stopped, which starts so', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    expect((await resize(machine, '--memory', '8g')).stdout).toMatch(
      /now has .* 8\.0 GB.*stopped and will start with this size/,
    );
    expect(machine.changes()).toEqual(['docker update --cpus 2 --memory 8192m --memory-swap 8192m spark-dev']);
    await call(['init', '--yes', '--no-verify'], { host: machine.host });
    expect(sizes(machine)).toEqual(of8Gb);
    expect(readFileSync(`${profileFile(machine.host)}.kept`, 'utf8')).toBe(
      readFileSync(profileFile(machine.host), 'utf8'),
    );
  });

  it.each([
    ['absent', 'CLUSTER_ABSENT', /no cluster/],
    ['paused', 'CLUSTER_UNREACHABLE', /is paused/],
    ['broken', 'CLUSTER_UNREACHABLE', /does not answer/],
    ['orphaned', 'CLUSTER_UNREACHABLE', /container is missing/],
  ] as const)('says what to do with one that is %s', async (profile, code, what) => {
    const machine = await createFakeMachine({ profile });
    const refused = readError((await resize(machine, '--memory', '8g', '--json')).stdout);
    expect(refused).toMatchObject({ code, exitCode: 5, what: expect.stringMatching(what) as string });
    expect(refused.fix[0]).toContain('spark-dev init --yes');
    expect(machine.changes()).toEqual([]);
  });

  it('needs Docker', async () => {
    const machine = await createFakeMachine({ profile: 'stopped', docker: 'absent' });
    expect(readError((await resize(machine, '--memory', '8g', '--json')).stdout)).toMatchObject({
      code: 'ENGINE_SILENT',
    });
  });

  it('leaves a profile that it cannot read', async () => {
    const machine = await createFakeMachine();
    const broken = readFileSync(profileFile(machine.host), 'utf8').replace('"Memory": 6144', '"Memory": "much"');
    writeFileSync(profileFile(machine.host), broken);
    expect((await resize(machine, '--memory', '8g')).exitCode).not.toBe(0);
    expect(readFileSync(profileFile(machine.host), 'utf8')).toBe(broken);
    expect(machine.changes()).toEqual([]);
  });
});

describe('cluster resize without a size', () => {
  it('is a usage error where nobody can be asked', async () => {
    const machine = await createFakeMachine();
    const refused = await resize(machine, '--json');
    expect(readError(refused.stdout)).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(machine.changes()).toEqual([]);
  });

  it('offers what this machine can give, and says the call with flags', async () => {
    const machine = await createFakeMachine({}, { answers: { '--memory': '--cpus 4 --memory 12288m' } });
    expect((await resize(machine)).exitCode).toBe(0);
    expect(machine.node.limit).toEqual({ cpus: 4, memoryMb: 12_288 });
    expect(machine.host.ui.lines).toContain('Without questions: spark-dev cluster resize --cpus 4 --memory 12288m');
  });
});
