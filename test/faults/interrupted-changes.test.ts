import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { recreationSteps } from '../../src/clusters/recreate/record.js';
import { createFilled, createMachine, type Filled, type Machine } from './machine.js';
import { injectRowsOn, type FaultRow } from './rows.js';
import type { World } from './world.js';

const init = ['init', '--yes', '--no-verify', '--source', 'registries'];
const recreate = ['cluster', 'resize', '--recreate', '--cpus', '3', '--memory', '6g', '--yes'];

function readJournal(world: World, name: string): Record<string, unknown> | undefined {
  const path = join(world.home, 'data', 'journal', `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : undefined;
}

const onFilled: readonly FaultRow<Filled>[] = [
  {
    row: 1,
    fault: 'Ctrl-C during minikube delete inside a resize',
    how: 'minikube delete hangs, SIGINT to spark-dev',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject({ program: 'minikube', args: /^delete/, answer: { hangs: true } });
      const live = world.start(recreate);
      const deletion = await live.calls(/^minikube delete/);
      expect(readJournal(world, 'recreate-cluster')).toMatchObject({
        step: 'delete',
        plan: { size: { cpus: 3, memoryMb: 6144 } },
      });
      live.kill('SIGINT');
      const { exitCode, stderr } = await live.ended;
      expect(exitCode).toBe(130);
      expect(deletion.signals).toEqual(['SIGINT']);
      expect(stderr).toMatch(/Kept: .*objects/);
      expect(stderr).toContain('spark-dev init --yes');
      const next = await world.run(['status']);
      expect(next.stdout + next.stderr).toMatch(/init --yes/);
      return 'exit 130; the journal holds `delete` and the new size, one SIGINT reached minikube, init ends it';
    },
    again: async (world) => {
      const { exitCode } = await world.run(init);
      expect(world.fake.content).toMatchObject({ cpus: 3, memoryMb: 6144 });
      return exitCode;
    },
  },
  {
    row: 4,
    fault: 'a crash after the deletion, before the start; and at every other step of the journal',
    how: `SIGKILL as soon as the journal names the step, for each of the ${String(recreationSteps.length)}`,
    kind: 'shim',
    inject: async (world) => {
      const killed: string[] = [];
      let words = recreate;
      for (const step of recreationSteps) {
        const live = world.start(words, { withinMs: 240_000 });
        while (readJournal(world, 'recreate-cluster')?.['step'] !== step) {
          if (live.child.exitCode !== null) throw new Error(`never came to ${step}: ${(await live.ended).stderr}`);
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
        live.kill('SIGKILL');
        await live.ended;
        killed.push(step);
        // before the deletion init goes back to the old cluster, from then on it goes on
        const isBefore = recreationSteps.indexOf(step) < recreationSteps.indexOf('delete');
        if (isBefore) expect((await world.run(init)).exitCode).toBe(0);
        words = isBefore ? recreate : init;
      }
      return `killed at ${killed.join(', ')}; init goes back before the deletion, and on with the new size after it`;
    },
    again: async (world) => {
      const { exitCode } = await world.run(init);
      expect(world.fake.content).toMatchObject({ cpus: 3, memoryMb: 6144 });
      expect(readJournal(world, 'recreate-cluster')).toBeUndefined();
      return exitCode;
    },
    exempt: { 6: 'minikube delete of the shim ends with the killed program' },
  },
  {
    row: 3,
    fault: 'the wanted memory differs from what the profile was made with',
    how: 'init --memory on a cluster that is there, and a resize --recreate without --yes',
    kind: 'shim',
    inject: async (world) => {
      const { exitCode, stderr } = await world.run(recreate.slice(0, -1));
      expect(exitCode).toBe(9);
      expect(stderr).toMatch(/Kept: .*objects/);
      expect(world.shims.find(/^minikube (start|delete)/)).toEqual([]);
      return 'without --yes exit 9, after the list of what is kept and lost; no minikube start with another size';
    },
    again: recreate,
  },
];

const onFresh: readonly FaultRow<Machine>[] = [
  {
    row: 2,
    fault: 'Ctrl-C during minikube start',
    how: 'minikube start hangs, SIGINT to spark-dev',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject({ program: 'minikube', args: /^start/, answer: { hangs: true } });
      const live = world.start(init);
      const start = await live.calls(/^minikube start/);
      live.kill('SIGINT');
      expect((await live.ended).exitCode).toBe(130);
      expect(start.signals).toEqual(['SIGINT']);
      expect(readJournal(world, 'create-cluster')).toBeDefined();
      world.fake.state.profile = 'running';
      return 'exit 130, one SIGINT; the journal marks the half-made cluster, and the next init makes that one again';
    },
    again: async (world) => {
      const { exitCode } = await world.run(init);
      expect(world.shims.find(/^minikube delete -p spark-dev/)).toHaveLength(1);
      expect(readJournal(world, 'create-cluster')).toBeUndefined();
      return exitCode;
    },
  },
  {
    row: 13,
    fault: 'two init at once',
    how: 'the first hangs in minikube start',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject({ program: 'minikube', args: /^start/, answer: { delayMs: 6000, exit: 1 } });
      const first = world.start(init);
      await first.calls(/^minikube start/);
      const second = await world.run([...init, '--lock-timeout', '1']);
      expect(second.exitCode).toBe(8);
      expect(second.stderr).toMatch(new RegExp(`spark-dev init.*process ${String(first.child.pid)}, for \\d+ s`));
      await first.ended;
      return 'the second waits, names command, pid and age of the first, and ends with exit 8';
    },
    again: init,
  },
  {
    row: 14,
    fault: 'the holder of the lock is killed',
    how: 'SIGKILL to an init that holds it',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject({ program: 'minikube', args: /^start/, answer: { hangs: true } });
      const first = world.start(init);
      const start = await first.calls(/^minikube start/);
      first.kill('SIGKILL');
      await first.ended;
      process.kill(start.pid, 'SIGKILL');
      return 'the lock is gone with its process: the next init begins at once';
    },
    again: [...init, '--lock-timeout', '0'],
  },
];

injectRowsOn('interruption, no cluster yet', createMachine({ profile: 'absent' }), onFresh);
injectRowsOn('interruption, a filled cluster', createFilled, onFilled);
