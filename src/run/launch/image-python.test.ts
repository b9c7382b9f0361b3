import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { findImagePython } from './image-python.js';

it('asks an image once for its Python, under whatever name it comes', async () => {
  const id = `sha256:${'a'.repeat(64)}`;
  const host = createFakeHost({
    programs: [
      { argv: ['docker', 'image', 'inspect'], stdout: `${id}\n` },
      { argv: ['docker', 'run'], stdout: '3.11 x86_64 linux\n' },
    ],
  });
  const cluster = { childEnv: {}, dockerEnv: () => Promise.resolve({}) };
  const session = { host, cluster, signal: new AbortController().signal } as unknown as NamespaceSession;
  for (const image of ['spark-dev-app:layer-1', 'team/etl:2'])
    expect(await findImagePython(session, image)).toEqual({ python: '3.11', machine: 'x86_64', system: 'linux' });
  expect(host.runner.calls.filter(({ argv }) => argv[1] === 'run')).toHaveLength(1);
});
