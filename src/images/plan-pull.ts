import type { ImageSettings } from '../config/settings.js';
import type { Host, HttpAnswer } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { tagArgv } from './docker-argv.js';
import { requireFreeDisk } from './free-disk.js';
import { localName, parseReference, pullName, type ImageReference } from './reference.js';
import { daemonTitles } from './observed-image.js';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/** Layers unpack to about three times their size, and the packed file stays until then. */
const unpackedFactor = 4;

/** Candidates and sizes for each image, from the first registry that answers. */
export async function planPull(
  host: Host,
  words: readonly string[],
  settings: ImageSettings = { mirrors: {}, fallbacks: {} },
  signal: AbortSignal,
): Promise<readonly PullPlan[]> {
  return Promise.all(
    words.map(async (word): Promise<PullPlan> => {
      const wanted = parseReference(word);
      const candidates = listCandidates(wanted, settings);
      for (const { reference } of candidates) {
        const layerBytes = await findLayerBytes(host, reference, signal);
        if (layerBytes !== undefined) return { wanted, candidates, layerBytes };
      }
      return { wanted, candidates, layerBytes: undefined };
    }),
  );
}

/** Runs before the first byte. Images of unknown size do not count. */
export async function requireBudget(host: Host, plans: readonly PullPlan[], signal: AbortSignal): Promise<number> {
  const bytes = plans.reduce((sum, { layerBytes = 0 }) => sum + layerBytes, 0) * unpackedFactor;
  const argv = ['docker', 'info', '--format', '{{.DockerRootDir}}'];
  const root = (await host.runner.run(argv, { signal, timeoutMs: 10_000 })).stdout.trim();
  await requireFreeDisk(root === '' ? '/' : root, bytes, `Pulling into ${daemonTitles.host}`);
  return bytes;
}

/** The equivalent docker commands, from the first candidate of each. */
export function pullCommands({ wanted, candidates }: PullPlan): readonly Argv[] {
  return candidates.flatMap(({ reference }) => {
    const from = pullName(reference);
    const name = wanted.tag === undefined ? from : localName(wanted);
    return [['docker', 'pull', from], ...(from === name ? [] : [tagArgv(from, name)])];
  });
}

export interface PullCandidate {
  readonly reference: ImageReference;
  readonly origin: 'mirror' | 'itself' | 'fallback';
}

export interface PullPlan {
  readonly wanted: ImageReference;
  readonly candidates: readonly PullCandidate[];
  /** Compressed bytes of all layers; undefined if no registry reported them. */
  readonly layerBytes: number | undefined;
}

/** Where an image may be available, in the order of trying. Every candidate is asked for the pinned digest. */
export function listCandidates(wanted: ImageReference, settings: ImageSettings): readonly PullCandidate[] {
  const fallbacks = findFallbacks(wanted, settings).map((text): PullCandidate => {
    const other = parseReference(text);
    const saysTag = /:[^:/]+$/.test(text.replace(/@.*$/, ''));
    return {
      origin: 'fallback',
      reference: { ...other, tag: saysTag ? other.tag : wanted.tag, digest: other.digest ?? wanted.digest },
    };
  });
  const itself: PullCandidate = { origin: 'itself', reference: wanted };
  return [itself, ...fallbacks].flatMap((candidate) => [...throughMirror(candidate, settings), candidate]);
}

function findFallbacks(wanted: ImageReference, { fallbacks }: ImageSettings): readonly string[] {
  const found = Object.entries(fallbacks).find(([name]) => {
    const { registry, repository } = parseReference(name);
    return registry === wanted.registry && repository === wanted.repository;
  });
  return found?.[1] ?? [];
}

function throughMirror({ reference }: PullCandidate, { mirrors }: ImageSettings): readonly PullCandidate[] {
  const mirror = mirrors[reference.registry];
  if (mirror === undefined) return [];
  const [registry = '', ...folders] = mirror.split('/');
  const repository = [...folders, reference.repository].join('/');
  return [{ origin: 'mirror', reference: { ...reference, registry, repository } }];
}

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
