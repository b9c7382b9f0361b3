import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Host } from '../ports/host.js';
import type { HttpAnswer } from '../ports/http.js';
import type { ImageReference } from './reference.js';

const accepted = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

const largestBytes = 4 * 1024 * 1024;

const imageSchema = z.object({ layers: z.array(z.object({ size: z.number() })) });
const indexSchema = z.object({
  manifests: z.array(
    z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});

/** Compressed bytes of all layers. Undefined if no registry answers: the daemon may have a mirror or a login that we do not know. */
export async function findLayerBytes(
  host: Host,
  reference: ImageReference,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const first = await get(host, reference, reference.digest ?? reference.tag ?? 'latest', signal);
    const index = indexSchema.safeParse(first).data;
    const fitting = index?.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === host.platform.arch,
    );
    if (index !== undefined && fitting === undefined) return undefined;
    const image = fitting === undefined ? first : await get(host, reference, fitting.digest, signal);
    return imageSchema.parse(image).layers.reduce((sum, { size }) => sum + size, 0);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function get(host: Host, reference: ImageReference, name: string, signal: AbortSignal): Promise<unknown> {
  const url = `${registryUrl(reference.registry)}/v2/${reference.repository}/manifests/${name}`;
  const both = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
  const headers = { accept: accepted };
  const request = { signal: both, mostBytes: largestBytes };
  const answer = await host.http.get(url, { ...request, headers });
  if (answer.status !== 401 || reference.registry !== 'docker.io') return readJson(answer);
  const token = await fetchHubToken(host, reference.repository, both);
  const authorization = `Bearer ${token}`;
  return readJson(await host.http.get(url, { ...request, headers: { ...headers, authorization } }));
}

/** Anonymous, as for any public image: https://docs.docker.com/registry/spec/auth/token/ */
async function fetchHubToken(host: Host, repository: string, signal: AbortSignal): Promise<string> {
  const url = `https://auth.docker.io/token?service=registry.docker.io&scope=repository:${repository}:pull`;
  const answer = await host.http.get(url, { signal, mostBytes: largestBytes });
  return z.object({ token: z.string() }).parse(await readJson(answer)).token;
}

/** Docker itself uses plain HTTP only for registries on this machine. */
function registryUrl(registry: string): string {
  if (registry === 'docker.io') return 'https://registry-1.docker.io';
  return /^(localhost|127\.[\d.]+)(:\d+)?$/.test(registry) ? `http://${registry}` : `https://${registry}`;
}

async function readJson(answer: HttpAnswer): Promise<unknown> {
  if (answer.status !== 200) throw new Error(`status ${String(answer.status)}`);
  return json(answer.body);
}
