import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/journal/lock.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call, type Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const theirs = '# mine\nkind: Config\ncurrent-context: prod\n';

function down(machine: FakeMachine, ...words: string[]): Promise<Call> {
  return call(['down', ...words], { host: machine.host });
}

function entryFile({ host }: FakeMachine): string {
  return join(host.directories.data, 'journal', 'delete-cluster.json');
}

async function createMachineWithEntry(
  state: Parameters<typeof createFakeMachine>[0] = {},
): Promise<{ readonly machine: FakeMachine; readonly kubeconfig: string }> {
  const machine = await createFakeMachine({ profile: 'absent', ...state });
  const kubeconfig = join(machine.host.directories.userHome, '.kube', 'config');
  mkdirSync(dirname(kubeconfig), { recursive: true });
  writeFileSync(kubeconfig, theirs);
  await call(['init', '--yes', '--no-verify'], { host: machine.host });
  return { machine, kubeconfig };
}

describe('down', () => {
  it.each(['running', 'paused', 'broken'] as const)('stops a cluster that is %s and keeps it', async (profile) => {
    const machine = await createFakeMachine({ profile });
    expect(readResult((await down(machine, '--json')).stdout)).toEqual({ state: 'stopped', action: 'stopped' });
    expect(machine.changes()).toEqual(['minikube stop -p spark-dev']);
  });

  it.each(['absent', 'stopped', 'orphaned'] as const)('has nothing to do when it is %s', async (profile) => {
    const machine = await createFakeMachine({ profile });
    expect(readResult((await down(machine, '--json')).stdout)).toEqual({ state: profile, action: 'nothing' });
    expect(machine.changes()).toEqual([]);
  });

  it('has nothing to stop when Docker does not run', async () => {
    const machine = await createFakeMachine({ profile: 'stopped', docker: 'absent' });
    expect(await down(machine)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Docker is not running') as string,
    });
  });

  it('keeps our entry in the kubeconfig: the next init comes back under it', async () => {
    const { machine, kubeconfig } = await createMachineWithEntry();
    await down(machine);
    expect(readFileSync(kubeconfig, 'utf8')).toContain('spark-dev');
  });

  it('--dry-run shows the command and does not run it', async () => {
    const machine = await createFakeMachine();
    expect((await down(machine, '--dry-run')).stdout).toBe('/usr/bin/minikube stop -p spark-dev\n');
    expect(machine.changes()).toEqual([]);
  });

  it('waits for an init that is at work, and then names it', async () => {
    const machine = await createFakeMachine();
    const refused = await withLock(machine.host, { command: 'spark-dev init', timeoutMs: 0 }, () =>
      down(machine, '--lock-timeout', '0', '--json'),
    );
    expect(readError(refused.stdout)).toMatchObject({
      code: 'LOCKED',
      exitCode: 8,
      why: expect.stringContaining('spark-dev init') as string,
    });
    expect(machine.changes()).toEqual([]);
  });
});

describe('down --delete', () => {
  it('says what goes and what stays, deletes, and takes out our entry alone', async () => {
    const { machine, kubeconfig } = await createMachineWithEntry();
    const before = machine.changes().length;
    expect((await down(machine, '--delete', '--yes')).exitCode).toBe(0);
    expect(machine.changes().slice(before)).toEqual(['minikube delete -p spark-dev']);
    expect(machine.host.ui.lines.filter((line) => line.startsWith('Remove: '))).toHaveLength(3);
    expect(machine.host.ui.lines.some((line) => line.startsWith('Keep: '))).toBe(true);
    expect(readFileSync(kubeconfig, 'utf8')).toBe(theirs);
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('warns of a kubeconfig that broke meanwhile, and is done all the same', async () => {
    const { machine, kubeconfig } = await createMachineWithEntry();
    writeFileSync(kubeconfig, 'spark-dev: [');
    expect((await down(machine, '--delete', '--yes')).exitCode).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toMatch(/^! .*config was left unchanged: .*line 1, column 13/m);
    expect(readFileSync(kubeconfig, 'utf8')).toBe('spark-dev: [');
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('wants a yes', async () => {
    const machine = await createFakeMachine();
    const refused = await down(machine, '--delete', '--json');
    expect(readError(refused.stdout)).toMatchObject({ code: 'NON_INTERACTIVE', exitCode: 9 });
    expect(machine.changes()).toEqual([]);
  });

  it('is not done twice', async () => {
    const machine = await createFakeMachine();
    await down(machine, '--delete', '--yes');
    expect(readResult((await down(machine, '--delete', '--yes', '--json')).stdout)).toMatchObject({
      action: 'nothing',
    });
  });

  it('needs Docker, which holds what is to go', async () => {
    const machine = await createFakeMachine({ profile: 'stopped', docker: 'absent' });
    expect(readError((await down(machine, '--delete', '--yes', '--json')).stdout)).toMatchObject({
      code: 'ENGINE_SILENT',
    });
  });

  it.each(['down', 'init'])('cut short, it is brought to its end by the next %s', async (verb) => {
    const machine = await createFakeMachine(
      {},
      { programs: [{ argv: ['/usr/bin/minikube', 'delete'], once: true, exitCode: 1, stderr: 'killed' }] },
    );
    expect((await down(machine, '--delete', '--yes')).exitCode).toBe(1);
    expect(existsSync(entryFile(machine))).toBe(true);
    const next =
      verb === 'down' ? await down(machine) : await call(['init', '--yes', '--no-verify'], { host: machine.host });
    expect(next.exitCode).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toContain('was interrupted');
    expect(machine.changes().filter((line) => line.startsWith('minikube delete'))).toHaveLength(2);
    expect(existsSync(entryFile(machine))).toBe(false);
  });
});
