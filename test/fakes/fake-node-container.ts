import { copyFileSync, rmSync } from 'node:fs';
import type { FakeDocker } from './fake-docker.js';
import type { Scripted } from './fake-runner.js';

interface NodeState {
  profile: string;
  /** Of a damaged profile: whether its container runs. */
  nodeRuns: boolean;
}

/** The daemon's things, as a profile of this state has them; what a test sets counts from then on. */
export function arrangeNode(docker: FakeDocker, { profile, nodeRuns }: NodeState, authority: string): void {
  if (profile === 'absent') {
    docker.delete();
    return;
  }
  docker.start(authority);
  if (profile === 'orphaned') docker.containers.delete('spark-dev');
  const container = docker.containers.get('spark-dev');
  const runs = profile === 'damaged' ? nodeRuns : profile !== 'stopped';
  if (container !== undefined) container.state = profile === 'paused' ? 'paused' : runs ? 'running' : 'exited';
}

/** Setting the profile also sets what the daemon has of it. */
export function arranged<State extends NodeState>(state: State, arrange: (now: State) => void): State {
  return new Proxy(state, {
    set: (target, name, value) => {
      Reflect.set(target, name, value);
      if (name === 'profile' || name === 'nodeRuns') arrange(target);
      return true;
    },
  });
}

/** What is asked of the node's container alone, and what is done to its profile without minikube. */
export function containerPrograms(docker: FakeDocker, state: NodeState): Scripted[] {
  return [
    {
      argv: ['docker', 'container', 'inspect'],
      answers: (argv) => {
        const found = docker.containers.get(argv.at(-1) ?? '');
        return found === undefined
          ? { exitCode: 1 }
          : { stdout: `${found.state} {"NanoCpus":2000000000,"Memory":6442450944}` };
      },
    },
    {
      argv: ['docker', 'container', 'ls', '--format', '{{.Names}}'],
      answers: () => ({
        stdout: [...docker.containers.values()].flatMap((one) => (one.state === 'exited' ? [] : [one.name])).join('\n'),
      }),
    },
    {
      argv: ['docker', 'stop'],
      does: () => {
        state.nodeRuns = false;
        if (state.profile !== 'damaged') state.profile = 'stopped';
      },
    },
    {
      argv: ['rm', '-r', '-f'],
      does: ([, , , ...paths]) => {
        for (const path of paths) rmSync(path, { recursive: true, force: true });
        state.profile = 'absent';
      },
    },
    {
      argv: ['cp', '-p'],
      does: ([, , from = '', to = '']) => {
        copyFileSync(from, to);
        state.profile = state.nodeRuns ? 'running' : 'stopped';
      },
    },
  ];
}
