import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { DockerEndpoint } from '../ports/docker.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';

/** The current context; with DOCKER_HOST set, the client reports that. dockerode itself does not know contexts. */
export function inspectCurrentContextArgv(): Argv {
  return ['docker', 'context', 'inspect', '--format', '{{json .}}'];
}

const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
  Storage: z.object({ TLSPath: z.string() }).partial().optional(),
  TLSMaterial: z.record(z.string(), z.array(z.string())).optional(),
});

export interface ObservedContext {
  readonly address: string;
  /** The folder with ca.pem, cert.pem and key.pem. */
  readonly certificates: string | undefined;
}

export function parseContext(stdout: string): ObservedContext {
  const context = contextSchema.parse(JSON.parse(stdout));
  const folder = context.TLSMaterial?.['docker'] === undefined ? undefined : context.Storage?.TLSPath;
  return {
    address: context.Endpoints.docker.Host,
    certificates: folder === undefined ? undefined : join(folder, 'docker'),
  };
}

export async function findEndpoint(host: Host, signal: AbortSignal): Promise<DockerEndpoint> {
  const answer = await host.runner.run(inspectCurrentContextArgv(), { signal, timeoutMs: 10_000 });
  const { address, certificates } = parseContext(answer.stdout);
  return readEndpoint(address, certificates ?? tlsFolderOf(host.env));
}

function tlsFolderOf(env: Host['env']): string | undefined {
  const isWanted = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  return isWanted ? (env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? '', '.docker')) : undefined;
}

export async function readEndpoint(address: string, certificates: string | undefined): Promise<DockerEndpoint> {
  const local = /^(unix|npipe):\/\/(.+)$/.exec(address)?.[2];
  if (local !== undefined) return { kind: 'socket', path: local };
  if (!address.startsWith('tcp://')) {
    throw new SparkDevError('ENGINE_SILENT', `Cannot pull with progress through Docker at ${address}`, {
      why: 'spark-dev supports sockets, pipes and tcp addresses.',
      fix: ['docker pull IMAGE', 'spark-dev images load IMAGE'],
    });
  }
  const { hostname, port } = new URL(address);
  const [ca, cert, key] =
    certificates === undefined
      ? []
      : await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(certificates, name), 'utf8')));
  const tls = ca === undefined || cert === undefined || key === undefined ? undefined : { ca, cert, key };
  return { kind: 'tcp', host: hostname, port: Number(port === '' ? (tls === undefined ? 2375 : 2376) : port), tls };
}
