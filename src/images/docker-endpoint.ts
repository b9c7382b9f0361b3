import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { DockerEndpoint } from '../ports/docker.js';
import type { Host } from '../ports/host.js';

const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
  Storage: z.object({ TLSPath: z.string() }).partial().optional(),
  TLSMaterial: z.record(z.string(), z.array(z.string())).optional(),
});

/** Of the current context; with DOCKER_HOST set, the client reports that. dockerode itself does not know contexts. */
export async function findEndpoint(host: Host, signal: AbortSignal): Promise<DockerEndpoint> {
  const argv = ['docker', 'context', 'inspect', '--format', '{{json .}}'];
  const answer = await host.runner.run(argv, { signal, timeoutMs: 10_000 });
  const { Endpoints, Storage, TLSMaterial } = contextSchema.parse(JSON.parse(answer.stdout));
  const folder = TLSMaterial?.['docker'] === undefined ? undefined : Storage?.TLSPath;
  return readEndpoint(Endpoints.docker.Host, folder === undefined ? tlsFolderOf(host.env) : join(folder, 'docker'));
}

/** The folder with ca.pem, cert.pem and key.pem. */
function tlsFolderOf(env: Host['env']): string | undefined {
  const isWanted = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  return isWanted ? (env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? '', '.docker')) : undefined;
}

async function readEndpoint(address: string, certificates: string | undefined): Promise<DockerEndpoint> {
  const local = /^(unix|npipe):\/\/(.+)$/.exec(address)?.[2];
  if (local !== undefined) return { kind: 'socket', path: local };
  if (!address.startsWith('tcp://')) {
    throw new SparkDevError('ENGINE_SILENT', `Cannot pull with progress through Docker at ${address}`, {
      why: 'spark-dev supports sockets, pipes and tcp addresses.',
      fix: ['docker pull IMAGE', 'spark-dev images load IMAGE'],
    });
  }
  const { hostname, port } = new URL(address);
  const read = (name: string): Promise<string> => readFile(join(certificates ?? '', name), 'utf8');
  const tls =
    certificates === undefined
      ? undefined
      : { ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem') };
  return { kind: 'tcp', host: hostname, port: Number(port === '' ? (tls === undefined ? 2375 : 2376) : port), tls };
}
