import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import type { Scripted } from '../../test/fakes/fake-runner.js';
import { findLogin } from './docker-endpoint.js';

const { signal } = new AbortController();

function createHost(config: string | object, programs: readonly Scripted[] = []): FakeHost {
  const host = createFakeHost({ programs });
  const folder = join(host.directories.userHome, '.docker');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return host;
}

const auth = Buffer.from('ann:pass:word').toString('base64');

it('takes what docker login wrote, Docker Hub by its own name', async () => {
  const host = createHost({ auths: { 'quay.example': { auth }, 'https://index.docker.io/v1/': { auth } } });
  const login = { username: 'ann', password: 'pass:word' };
  expect(await findLogin(host, 'quay.example', signal)).toEqual({ server: 'quay.example', ...login });
  expect(await findLogin(host, 'docker.io', signal)).toEqual({ server: 'https://index.docker.io/v1/', ...login });
  expect(await findLogin(host, 'other.example', signal)).toBeUndefined();
});

it.each([
  ['ann', { username: 'ann', password: 's3cret' }],
  ['<token>', { identityToken: 's3cret' }],
])('asks the credential store, whose secret is in no argument: %s', async (Username, login) => {
  const stdout = JSON.stringify({ ServerURL: 'quay.example', Username, Secret: 's3cret' });
  const host = createHost({ credsStore: 'pass' }, [{ argv: ['docker-credential-pass', 'get'], stdout }]);
  expect(await findLogin(host, 'quay.example', signal)).toEqual({ server: 'quay.example', ...login });
  expect(host.runner.calls[0]?.options).toMatchObject({ input: 'quay.example' });
  expect(host.runner.calls[0]?.options.logFile).toBeUndefined();
});

it.each<[string, string | object, readonly Scripted[]]>([
  ['the store has none', { credsStore: 'pass' }, [{ argv: ['docker-credential-pass'], exitCode: 1 }]],
  ['the store is not installed', { credHelpers: { 'quay.example': 'gone' } }, []],
  ['the store has a name that is a path', { credsStore: '../evil' }, []],
  ['the file is broken', '{', []],
  ['the file is of another kind', { auths: [] }, []],
])('goes without a login where %s', async (_what, config, programs) => {
  expect(await findLogin(createHost(config, programs), 'quay.example', signal)).toBeUndefined();
});
