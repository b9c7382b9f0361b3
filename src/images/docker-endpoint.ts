import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { DockerEndpoint, RegistryLogin } from '../ports/docker.js';
import type { Host } from '../ports/host.js';
import { readJson } from '../files/paths.js';

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

/** Written by `docker login`: https://docs.docker.com/reference/cli/docker/login/#credential-stores */
const configSchema = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});

const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

/** The user's login at a registry. The daemon stores none: each pull sends it along, and we write it nowhere. */
export async function findLogin(host: Host, registry: string, signal: AbortSignal): Promise<RegistryLogin | undefined> {
  const config = await readConfig(host);
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const helper = config?.credHelpers?.[server] ?? config?.credsStore;
  if (helper !== undefined && /^[\w.-]+$/.test(helper)) return askHelper(host, helper, server, signal);
  const stored = config?.auths?.[server];
  if (stored?.identitytoken !== undefined) return { server, identityToken: stored.identitytoken };
  const [username = '', ...password] = Buffer.from(stored?.auth ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return username === '' ? undefined : { server, username, password: password.join(':') };
}

/** Docker itself reports broken files; public images need no login. */
async function readConfig({ env, directories }: Host): Promise<z.infer<typeof configSchema> | undefined> {
  const file = join(env['DOCKER_CONFIG'] ?? join(directories.userHome, '.docker'), 'config.json');
  return configSchema.safeParse(await readJson(file)).data;
}

/** Exit code 1: no login for this registry. */
async function askHelper(
  host: Host,
  helper: string,
  server: string,
  signal: AbortSignal,
): Promise<RegistryLogin | undefined> {
  const program = `docker-credential-${helper}`;
  if ((await host.runner.which(program)) === undefined) return undefined;
  const answer = await host.runner.run([program, 'get'], { input: server, accept: [1], timeoutMs: 20_000, signal });
  if (answer.exitCode !== 0) return undefined;
  const { Username, Secret } = helperSchema.parse(JSON.parse(answer.stdout));
  return Username === '<token>' ? { server, identityToken: Secret } : { server, username: Username, password: Secret };
}
