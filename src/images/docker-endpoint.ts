import { unlessEmpty } from '../text/words.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { DockerEndpoint, DockerTls, RegistryLogin } from '../ports/docker.js';
import type { Host } from '../ports/host.js';
import { readJson } from '../files/paths.js';

const contextSchema = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string().default(''), SkipTLSVerify: z.boolean().default(false) }),
  }),
  Storage: z.object({ TLSPath: z.string() }).partial().optional(),
  TLSMaterial: z.record(z.string(), z.array(z.string())).optional(),
});

/** Of the current context; with DOCKER_HOST set, the client reports that. dockerode itself does not know contexts. */
export async function findEndpoint(host: Host, signal: AbortSignal): Promise<DockerEndpoint> {
  const argv = ['docker', 'context', 'inspect', '--format', '{{json .}}'];
  const answer = await host.runner.run(argv, { signal, timeoutMs: 10_000 });
  const { Endpoints, Storage, TLSMaterial } = contextSchema.parse(JSON.parse(answer.stdout));
  const { Host: address, SkipTLSVerify } = Endpoints.docker;
  const files = TLSMaterial?.['docker'] ?? [];
  if (files.length === 0 && !SkipTLSVerify) return readEndpoint(address, undefined, host);
  const stored = Storage?.TLSPath ?? inMemory;
  const folder = stored === inMemory ? tlsFolderOf(host) : join(stored, 'docker');
  const texts = files.map(async (name) => [name.replace(/\.pem$/, ''), await readFile(join(folder, name), 'utf8')]);
  const tls = { ...Object.fromEntries(await Promise.all(texts)), rejectUnauthorized: !SkipTLSVerify } as DockerTls;
  return readEndpoint(address, tls, host);
}

/** The client's word for a context that it makes from the environment. */
const inMemory = '<IN MEMORY>';

function tlsFolderOf({ env, directories }: Host): string {
  return (
    unlessEmpty(env['DOCKER_CERT_PATH']) ?? unlessEmpty(env['DOCKER_CONFIG']) ?? join(directories.userHome, '.docker')
  );
}

const hostForm = String.raw`(?:\[([^\]]*)\]|([^:/?#@[\]]*))(?::(\d*))?`;
/** Only behind `tcp:` the client knows a user and a path. */
const addressForms = [
  new RegExp(String.raw`^tcp://(?:[^@/]*@)?${hostForm}(/[^?#]*)?(?:[?#].*)?$`),
  new RegExp(`^(?:tcp|https?)://${hostForm}$`, 'i'),
];

/** As the client dials it. It writes a port into DOCKER_HOST; only a stored context has none, and there HTTP's own counts. */
function readEndpoint(address: string, tls: DockerTls | undefined, { platform }: Host): DockerEndpoint {
  if (address === '')
    return { kind: 'socket', path: platform.os === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock' };
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (local !== undefined) return { kind: 'socket', path: local };
  const [, v6, name, port = '', pathPrefix = ''] =
    addressForms.map((form) => form.exec(address)).find((found) => found !== null) ?? [];
  if (v6 === undefined && name === undefined) {
    throw new SparkDevError('ENGINE_SILENT', `Cannot pull with progress through Docker at ${address}`, {
      why: 'spark-dev supports sockets, pipes and tcp addresses.',
      fix: ['docker pull IMAGE', 'spark-dev images load IMAGE'],
    });
  }
  const usual = tls === undefined ? 80 : 443;
  const host = v6 === undefined ? (unlessEmpty(name) ?? 'localhost') : decodeURIComponent(v6);
  return { kind: 'tcp', host, port: Number(port || usual), pathPrefix: pathPrefix.replace(/\/+$/, ''), tls };
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
