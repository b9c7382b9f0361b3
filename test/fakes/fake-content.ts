import { objectKey, type RawObject } from '../../src/clusters/recreate/objects.js';
import type { Argv } from '../../src/ports/runner.js';
import {
  dockerPrograms,
  kubectlPrograms,
  minikubePrograms,
  pathOf,
  writeConfig,
  type ClusterContent,
  type Where,
} from './fake-content-programs.js';
import { createFakeMachine, type FakeMachine } from './fake-machine.js';

export type Moment = 'before' | 'within' | 'after';

export interface FilledMachine extends FakeMachine {
  readonly content: ClusterContent;
  /** Ends the program, as kill -9 does, at its call of this number: before the called program begins, with its work half done, or after it ends. */
  killAt(call: number, when: Moment): Promise<void>;
  /** All that change something, each as one line without the folder of its program. */
  readonly calls: readonly string[];
  revive(): void;
}

/** A running cluster with these objects in it. */
export async function createFilledMachine(
  objects: readonly RawObject[],
  { confirms = true }: { readonly confirms?: boolean } = {},
): Promise<FilledMachine> {
  const content: ClusterContent = {
    objects: new Map(objects.map((object) => [objectKey(object), object])),
    volumes: new Map(),
    images: new Map([['spark-dev-app:one', 'sha256:app']]),
    cpus: 2,
    memoryMb: 4096,
    claimBytes: 4096,
    spoils: 'nothing',
    isHalfMade: false,
  };
  for (const volume of objects.filter(({ kind }) => kind === 'PersistentVolume')) {
    content.volumes.set(pathOf(volume), `files of ${volume.metadata.name}`);
  }
  const made: FakeMachine[] = [];
  const at: Where = () => {
    if (made[0] === undefined) throw new Error('the machine is not made yet');
    return made[0];
  };
  const programs = [...minikubePrograms(at, content), ...kubectlPrograms(at, content), ...dockerPrograms(content)];
  const machine = await createFakeMachine({ profile: 'running' }, { programs, confirms });
  made.push(machine);
  const fatal = createFatality(content);
  const { runner } = machine.host;
  runner.run = fatal.wrap(runner.run.bind(runner));
  writeConfig(machine, content);
  return { ...machine, content, ...fatal.handle };
}

function createFatality(content: ClusterContent) {
  const calls: string[] = [];
  let fatalCall: number | undefined;
  let moment: Moment = 'before';
  let onDeath: () => void = () => undefined;
  const dead = (): Promise<never> => {
    onDeath();
    return new Promise<never>(() => undefined);
  };
  type Run = FakeMachine['host']['runner']['run'];
  return {
    wrap:
      (run: Run): Run =>
      async (argv, options) => {
        if (!isChange(argv)) return run(argv, options);
        calls.push(lineOf(argv));
        const isLast = calls.length === fatalCall;
        if (isLast && moment === 'before') return dead();
        const result = await run(argv, options);
        if (isLast && moment === 'within') halve(argv, content);
        return isLast ? dead() : result;
      },
    handle: {
      calls,
      killAt: (call: number, when: Moment) => {
        fatalCall = calls.length + call;
        moment = when;
        return new Promise<void>((resolve) => {
          onDeath = resolve;
        });
      },
      revive: () => void (fatalCall = undefined),
    },
  };
}

/** What a program leaves that ends with us: a node without its DNS, files that are not all there. */
function halve(argv: Argv, content: ClusterContent): void {
  if (argv[1] === 'start') content.isHalfMade = true;
  if (argv.includes('--extract')) for (const path of content.volumes.keys()) content.volumes.set(path, 'half');
}

function isChange(argv: Argv): boolean {
  return /^(minikube (start|delete|addons)|kubectl .* (scale|patch|delete|apply) |docker (save|load|exec .* tar))/.test(
    lineOf(argv),
  );
}

function lineOf([program = '', ...words]: Argv): string {
  return [program.replace(/^.*\//, ''), ...words].join(' ');
}
