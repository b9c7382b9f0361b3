import { join } from 'node:path';
import { z } from 'zod';
import type { RegistryLogin } from '../ports/docker.js';
import type { Host } from '../ports/host.js';
import { readJson } from '../files/read-json.js';

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
