import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';

/** As much of a rendered overlay as a run needs. */
export const rendered = 'kind: ConfigMap\nmetadata: { name: settings }\n---\nkind: Job\nmetadata: { name: submit }';

export const kubectl = [
  { argv: ['kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' },
  { argv: ['/usr/bin/kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' },
  { argv: ['/usr/bin/kubectl', 'kustomize'], stdout: rendered },
];
/** A folder of the user's, and a kubectl to render with. */
export const project = (): FakeHost => createFakeHost({ programs: kubectl });
