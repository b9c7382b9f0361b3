import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';

export const kubectl = [
  { argv: ['kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' },
  { argv: ['/usr/bin/kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' },
  { argv: ['/usr/bin/kubectl', 'kustomize'], stdout: 'kind: Job' },
];
/** A folder of the user's, and a kubectl to render with. */
export const project = (): FakeHost => createFakeHost({ programs: kubectl });
