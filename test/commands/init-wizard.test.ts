import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import { call, type Call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

/** A machine with a person at its terminal. */
function createAttended(
  answers: Readonly<Record<string, string>>,
  state: Partial<MachineState> = {},
): Promise<FakeMachine> {
  const fresh = { profile: 'absent', objects: false, sparkImageInCluster: false } as const;
  return createFakeMachine({ ...fresh, ...state }, { confirms: true, answers });
}

const init = ({ host }: FakeMachine, ...words: readonly string[]): Promise<Call> => call(['init', ...words], { host });

const questions = ({ host }: FakeMachine): readonly string[] => host.ui.lines.filter((line) => line.startsWith('?'));

const started = (machine: FakeMachine): string => machine.changes().find((line) => line.includes(' start ')) ?? '';

it('asks for what no flag says, does as it is told, and prints the same call with flags', async () => {
  const machine = await createAttended({
    '--cpus and --memory': '3 4g',
    '--no-verify': 'no',
    '--source': 'registries',
  });
  const { exitCode, stdout } = await init(machine, '--json');
  expect(exitCode).toBe(0);
  expect(questions(machine)).toEqual([
    '? Where should tools and images come from?',
    '? The host has 4 CPUs and 16.0 GB. How big should the cluster be?',
    '? Which namespace should jobs run in?',
    '? Run SparkPi on the cluster at the end to verify it?',
    '? Continue?',
  ]);
  expect(started(machine)).toContain('--cpus=3 --memory=4096mb');
  const same = 'spark-dev init --yes --no-verify --cpus 3 --memory 4g --source registries';
  expect(readResult(stdout)['call']).toBe(same);
  expect(machine.host.ui.lines).toContain(`Without questions: ${same}`);
  expect(machine.host.ui.lines.join('\n')).toContain('Jobs run in the namespace spark');
});

it('makes the same as that call does', async () => {
  const asked = await createAttended({
    '--cpus and --memory': 'own',
    '--cpus': '2',
    '--memory': '5000m',
    '--no-verify': 'no',
  });
  const words = (readResult((await init(asked, '--json')).stdout)['call'] as string).split(' ').slice(2);
  const machine = await createAttended({});
  await init(machine, ...words);
  expect(questions(machine)).toEqual([]);
  expect(started(machine)).toBe(started(asked));
  expect(started(machine)).toContain('--cpus=2 --memory=5000mb');
});

it.each([[['--cpus', '3']], [['--memory', '5g']], [['--yes']], [['--dry-run']]])('%j asks nothing', async (words) => {
  const machine = await createAttended({});
  expect((await init(machine, '--no-verify', ...words)).exitCode).toBe(0);
  expect(questions(machine).filter((line) => line !== '? Continue?')).toEqual([]);
});

it('asks nothing where a file says the size, nor where there is a cluster', async () => {
  const machine = await createAttended({});
  mkdirSync(machine.host.directories.working, { recursive: true });
  writeFileSync(join(machine.host.directories.working, 'spark-dev.yaml'), 'version: 1\ncpus: 3\n');
  await init(machine, '--no-verify');
  expect(questions(machine)).toEqual(['? Continue?']);
  const stopped = await createAttended({}, { profile: 'stopped' });
  await init(stopped, '--no-verify');
  expect(questions(stopped)).toEqual(['? Continue?']);
});

it('leaves out the question that a flag has answered', async () => {
  const machine = await createAttended({});
  await init(machine, '--no-verify', '--source', 'registries');
  expect(questions(machine)).toEqual([
    '? The host has 4 CPUs and 16.0 GB. How big should the cluster be?',
    '? Which namespace should jobs run in?',
    '? Continue?',
  ]);
});
