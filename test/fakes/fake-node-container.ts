import { copyFileSync, rmSync } from 'node:fs';
import type { Scripted } from './fake-runner.js';

interface NodeState {
  profile: string;
  /** Of a damaged profile: whether its container runs. */
  nodeRuns: boolean;
}

/** The node's container, volume and network, which carry minikube's label. */
export function containerPrograms(state: NodeState): Scripted[] {
  const isThere = (): boolean => state.profile !== 'absent' && state.profile !== 'orphaned';
  const runs = (): boolean => (state.profile === 'damaged' ? state.nodeRuns : state.profile !== 'stopped');
  return [
    {
      argv: ['docker', 'container', 'inspect'],
      get exitCode() {
        return isThere() ? 0 : 1;
      },
      get stdout() {
        const shown = state.profile === 'paused' ? 'paused' : runs() ? 'running' : 'exited';
        return isThere() ? `${shown} 2000000000 6442450944` : '';
      },
    },
    {
      argv: ['docker', 'container', 'ls'],
      get stdout() {
        return isThere() ? 'spark-dev' : '';
      },
    },
    ...['volume', 'network'].map((kind) => ({
      argv: ['docker', kind, 'ls'],
      get stdout() {
        return state.profile === 'absent' ? '' : 'spark-dev';
      },
    })),
    ...['container', 'volume', 'network'].map((kind) => ({ argv: ['docker', kind, 'rm'] })),
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
