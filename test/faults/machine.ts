import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createDesktopWorld } from '../worlds/desktop-world.js';
import { filling } from '../fakes/cluster-filling.js';
import { startApiServer } from '../fakes/api-server.js';
import { createFilledMachine, type FilledMachine } from '../fakes/fake-content.js';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import { everyExitCode } from '../../src/ports/runner.js';
import type { ShimAnswer, ShimCall, ShimRule } from './shims.js';
import { createWorld, type World } from './world.js';

/** A world whose Docker, minikube, kubectl and skaffold are shims that answer as the fake machine does. */
export interface Machine extends World {
  readonly fake: FakeMachine;
}

export interface Filled extends Machine {
  readonly fake: FilledMachine;
}

const bare = new Set(['docker', 'du', 'rm']);
const scripted = ['docker', 'minikube', 'kubectl', 'skaffold', 'go'];
/** What reads its stdin; all others are answered at once. */
const reads = /--filename=-|(^| )-f -|--extract|--compare|--as=/;

export const createMachine =
  (state: Partial<MachineState> = {}) =>
  async (): Promise<Machine> =>
    over(await createFakeMachine(state));

export async function createFilled(): Promise<Filled> {
  return over(await createFilledMachine(filling));
}

/** A Docker Desktop whose Kubernetes is enabled; its context is in a kubeconfig beside the decoy. */
export async function createDesktop(): Promise<Machine> {
  const { machine } = await createDesktopWorld();
  const world = await over(machine);
  const settings = join(world.userHome, '.docker', 'desktop', 'settings-store.json');
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, '{"KubernetesEnabled": true}');
  world.env['KUBECONFIG'] = join(machine.host.directories.userHome, '.kube', 'config');
  return world;
}

async function over<Fake extends FakeMachine>(fake: Fake): Promise<World & { readonly fake: Fake }> {
  const { host } = fake;
  const world = await createWorld({ home: dirname(host.directories.data) });
  const server = await startApiServer(({ path }, answer) => {
    const items = path.endsWith('/nodes')
      ? host.kube({ kubeconfig: '', context: '' }).then((kube) => kube.listNodes())
      : Promise.resolve([]);
    items.then(
      (list) => void answer.end(JSON.stringify({ items: list, metadata: {} })),
      () => void answer.writeHead(503).end('{}'),
    );
  });
  world.closers.push(() => {
    server.stop();
  });
  const address = /"server":"([^"]+)"/.exec(readFileSync(server.target.kubeconfig, 'utf8'))?.[1] ?? '';
  const kubeconfig = join(host.directories.data, 'kubeconfig');
  const lead = (): void => {
    leadTo(kubeconfig, address);
  };
  lead();
  const answer = async (call: ShimCall): Promise<ShimAnswer> => {
    const given = await ask(fake, call, join(world.project, '.stdin'));
    if (call.program === 'minikube' && call.args[0] === 'start') lead();
    return given;
  };
  const rules = scripted.flatMap((program): ShimRule[] => [
    { program, args: reads, readsInput: true, answer },
    { program, answer },
  ]);
  const system = ['apt-get', 'apt-config', 'mmdebstrap', 'dockerd'].map((program): ShimRule => ({
    program,
    answer: {},
  }));
  world.shims.install([...system, ...rules]);
  return { ...world, fake };
}

async function ask({ host }: FakeMachine, { program, args, input = '' }: ShimCall, file: string): Promise<ShimAnswer> {
  if (input !== '') writeFileSync(file, input);
  try {
    const argv = [bare.has(program) ? program : `/usr/bin/${program}`, ...args];
    const { exitCode, stdout, stderr } = await host.runner.run(argv, {
      accept: everyExitCode,
      timeoutMs: 60_000,
      ...(input === '' ? {} : { input, stdinFile: file }),
    });
    return { exit: exitCode, stdout, stderr };
  } catch (error) {
    return { exit: 1, stderr: String(error) };
  }
}

/** The private kubeconfig, with this test's own API server in it. */
function leadTo(path: string, server: string): void {
  try {
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"server":"[^"]+"/, `"server":"${server}"`));
  } catch {
    // no cluster, no kubeconfig
  }
}
