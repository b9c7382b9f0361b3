import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { findEndpoint } from './docker-endpoint.js';

/** Recorded: docker 20.10 context inspect --format '{{json .}}'. */
const recorded =
  '{"Name":"default","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///var/run/docker.sock","SkipTLSVerify":false}},"TLSMaterial":{},"Storage":{"MetadataPath":"<IN MEMORY>","TLSPath":"<IN MEMORY>"}}';

const { signal } = new AbortController();

function find(stdout: string, env: Readonly<Record<string, string>> = {}) {
  return findEndpoint(createFakeHost({ programs: [{ argv: ['docker', 'context', 'inspect'], stdout }], env }), signal);
}

function contextOf(Host: string, more: object = {}): string {
  return JSON.stringify({ Endpoints: { docker: { Host } }, ...more });
}

async function makeCertificates(...inside: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-dev-test-'));
  await mkdir(join(folder, ...inside), { recursive: true });
  for (const name of ['ca', 'cert', 'key']) await writeFile(join(folder, ...inside, `${name}.pem`), name);
  return folder;
}

it('asks the docker program which daemon it talks to', async () => {
  expect(await find(recorded)).toEqual({ kind: 'socket', path: '/var/run/docker.sock' });
});

it('finds the certificates of a context that has some', async () => {
  const TLSPath = await makeCertificates('docker');
  const context = contextOf('tcp://build.example:2376', {
    TLSMaterial: { docker: ['ca.pem', 'cert.pem', 'key.pem'] },
    Storage: { TLSPath },
  });
  expect(await find(context)).toEqual({
    kind: 'tcp',
    host: 'build.example',
    port: 2376,
    tls: { ca: 'ca', cert: 'cert', key: 'key' },
  });
});

it('reads addresses', async () => {
  expect(await find(contextOf('npipe:////./pipe/docker_engine'))).toEqual({
    kind: 'socket',
    path: '//./pipe/docker_engine',
  });
  const address = contextOf('tcp://10.0.0.1');
  expect(await find(address)).toEqual({ kind: 'tcp', host: '10.0.0.1', port: 2375, tls: undefined });
  const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: await makeCertificates() };
  expect(await find(address, env)).toMatchObject({ port: 2376, tls: { ca: 'ca', cert: 'cert', key: 'key' } });
  await expect(find(contextOf('ssh://ann@build.example'))).rejects.toMatchObject({ code: 'ENGINE_SILENT' });
});
