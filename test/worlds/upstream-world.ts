import { FakeDocker } from '../fakes/fake-docker.js';
import type { Scripted } from '../fakes/fake-runner.js';
import type { FakeHost } from '../fakes/fake-host.js';
import { call, type Call } from './call.js';

export const info = { ServerVersion: '29.0.1', DefaultRuntime: 'runc', NCPU: 6, MemTotal: 8 * 1024 ** 3 };
/** Docker that answers and has no image, as after an installation of Docker Desktop; nothing else is there. */
export const dockerOnly: readonly Scripted[] = [
  { argv: ['docker', 'info'], stdout: JSON.stringify(info) },
  { argv: ['docker', 'image', 'inspect'], exitCode: 1 },
  ...new FakeDocker().programs(),
];
export const debian: readonly Scripted[] = [...dockerOnly, { argv: ['apt-get'] }, { argv: ['apt-config'] }];

/** No settings of this machine's own. */
export const env = { PIP_CONFIG_FILE: '/dev/null', GOENV: 'off' };

export async function dryRunInit(host: FakeHost, ...words: string[]): Promise<Call> {
  return call(['init', '--dry-run', ...words], { host });
}
