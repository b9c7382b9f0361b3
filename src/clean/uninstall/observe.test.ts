import { expect, it } from 'vitest';
import { parseHistory } from './observe.js';

const ours = (packages: string): string =>
  `Start-Date: 2026-11-21  14:22:40\nCommandline: apt-get -o DPkg::Lock::Timeout=180 install -y --no-install-recommends ${packages}\nInstall: docker.io:amd64 (20.10.24), containerd:amd64 (1.6.20, automatic)\nEnd-Date: 2026-11-21  14:23:02`;
const theirs =
  'Start-Date: 2026-11-20  09:00:00\nCommandline: apt-get install -y docker.io\nInstall: docker.io:amd64 (20.10.24)';
const purge =
  'Start-Date: 2026-11-22  09:00:00\nCommandline: apt-get purge docker.io\nPurge: docker.io:amd64 (20.10.24), runc:amd64 (1.1.5)';

it.each([
  ['nothing', '', []],
  ['what a person installed', theirs, []],
  ['what init installed', `${theirs}\n\n${ours('docker.io mmdebstrap')}`, ['docker.io', 'mmdebstrap']],
  ['what is gone since', `${ours('docker.io mmdebstrap')}\n\n${purge}`, ['mmdebstrap']],
  ['what came back', `${ours('docker.io')}\n\n${purge}\n\n${ours('docker.io')}`, ['docker.io']],
])("apt's book tells %s", (_name, history, packages) => {
  expect(parseHistory(history)).toEqual(packages);
});
