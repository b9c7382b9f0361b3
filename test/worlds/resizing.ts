import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeMachine } from '../fakes/fake-machine.js';
import { call, type Call } from './call.js';
import { profileFile } from '../../src/clusters/minikube/profile-config.js';

export function resize(machine: FakeMachine, ...words: string[]): Promise<Call> {
  return call(['cluster', 'resize', ...words], { host: machine.host });
}

/** What the journal keeps of a resize that has not come to its end. */
export function entryFile({ host }: FakeMachine): string {
  return join(host.directories.data, 'journal', 'resize-cluster.json');
}

/** Everything that knows a size. */
export function sizes({ host, node }: FakeMachine): object {
  const config = JSON.parse(readFileSync(profileFile(host), 'utf8')) as Record<string, unknown>;
  const { limit, kubelet, unit } = node;
  return { limit, kubelet, unit, CPUs: config['CPUs'], Memory: config['Memory'] };
}

export const of8Gb = {
  limit: { cpus: 2, memoryMb: 8192 },
  kubelet: 'cpu=2,memory=8192Mi',
  unit: 'cpu=2,memory=8192Mi',
  CPUs: 2,
  Memory: 8192,
};
