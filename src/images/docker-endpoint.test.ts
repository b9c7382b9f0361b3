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
    pathPrefix: '',
    tls: { ca: 'ca', cert: 'cert', key: 'key', rejectUnauthorized: true },
  });
});

it('reads addresses', async () => {
  expect(await find(contextOf('npipe:////./pipe/docker_engine'))).toEqual({
    kind: 'socket',
    path: '//./pipe/docker_engine',
  });
  const tcp = { kind: 'tcp', pathPrefix: '', tls: undefined } as const;
  expect(await find(contextOf('tcp://10.0.0.1'))).toEqual({ ...tcp, host: '10.0.0.1', port: 80 });
  expect(await find(contextOf('tcp://[::1]:2375'))).toEqual({ ...tcp, host: '::1', port: 2375 });
  expect(await find(contextOf('tcp://u@h:9/pre/'))).toEqual({ ...tcp, host: 'h', port: 9, pathPrefix: '/pre' });
  expect(await find('{"Endpoints":{"docker":{}}}')).toEqual({ kind: 'socket', path: '/var/run/docker.sock' });
  await expect(find(contextOf('ssh://ann@build.example'))).rejects.toMatchObject({ code: 'ENGINE_SILENT' });
});

/** Recorded: docker 28.2.2 with DOCKER_HOST=tcp://10.0.0.1 DOCKER_TLS=1 DOCKER_CERT_PATH=FOLDER. */
const fromVariables =
  '{"Name":"default","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://10.0.0.1:2375","SkipTLSVerify":true}},"TLSMaterial":{"docker":["cert.pem","key.pem","ca.pem"]},"Storage":{"MetadataPath":"<IN MEMORY>","TLSPath":"<IN MEMORY>"}}';

it('finds the certificates that the environment names', async () => {
  const found = await find(fromVariables, { DOCKER_CERT_PATH: await makeCertificates() });
  const tls = { ca: 'ca', cert: 'cert', key: 'key', rejectUnauthorized: false };
  expect(found).toMatchObject({ host: '10.0.0.1', port: 2375, tls });
});
