import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { findEndpoint, parseContext, readEndpoint } from './docker-endpoint.js';

/** Recorded: docker 20.10 context inspect --format '{{json .}}'. */
const recorded =
  '{"Name":"default","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///var/run/docker.sock","SkipTLSVerify":false}},"TLSMaterial":{},"Storage":{"MetadataPath":"<IN MEMORY>","TLSPath":"<IN MEMORY>"}}';

it('asks the docker program which daemon it talks to', async () => {
  const host = createFakeHost({ programs: [{ argv: ['docker', 'context', 'inspect'], stdout: recorded }] });
  const { signal } = new AbortController();
  expect(await findEndpoint(host, signal)).toEqual({ kind: 'socket', path: '/var/run/docker.sock' });
});

it('finds the certificates of a context that has some', () => {
  const context = JSON.stringify({
    Endpoints: { docker: { Host: 'tcp://build.example:2376' } },
    TLSMaterial: { docker: ['ca.pem', 'cert.pem', 'key.pem'] },
    Storage: { TLSPath: '/home/ann/.docker/contexts/tls/abc' },
  });
  expect(parseContext(context)).toEqual({
    address: 'tcp://build.example:2376',
    certificates: '/home/ann/.docker/contexts/tls/abc/docker',
  });
});

it('reads addresses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spark-dev-test-'));
  for (const name of ['ca', 'cert', 'key']) await writeFile(join(folder, `${name}.pem`), name);
  expect(await readEndpoint('npipe:////./pipe/docker_engine', undefined)).toEqual({
    kind: 'socket',
    path: '//./pipe/docker_engine',
  });
  expect(await readEndpoint('tcp://10.0.0.1', undefined)).toEqual({
    kind: 'tcp',
    host: '10.0.0.1',
    port: 2375,
    tls: undefined,
  });
  expect(await readEndpoint('tcp://10.0.0.1', folder)).toMatchObject({
    port: 2376,
    tls: { ca: 'ca', cert: 'cert', key: 'key' },
  });
  await expect(readEndpoint('ssh://ann@build.example', undefined)).rejects.toMatchObject({ code: 'ENGINE_SILENT' });
});
