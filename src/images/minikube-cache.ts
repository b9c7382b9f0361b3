import { copyFile, link, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../ports/host.js';
import { complete } from '../toolchain/half-made.js';
import type { PlannedImage } from './recipe.js';

export interface MinikubeCache {
  /** The folder that minikube uses as MINIKUBE_HOME. */
  readonly minikubeHome: string;
  readonly arch: Host['platform']['arch'];
  readonly kubernetesVersion: string;
  /** By name: kubeadm, kubectl, kubelet. */
  readonly binaries: Readonly<Record<string, string>>;
  readonly images: readonly PlannedImage[];
}

/** Puts binaries and images where minikube looks before downloading them. */
export async function fillMinikubeCache(cache: MinikubeCache): Promise<void> {
  for (const { from, to } of listCacheFiles(cache)) await place(from, to);
}

export function listCacheFiles(cache: MinikubeCache): readonly { readonly from: string; readonly to: string }[] {
  const folder = join(cache.minikubeHome, '.minikube', 'cache');
  const binaries = Object.entries(cache.binaries).map(([name, from]) => ({
    from,
    to: join(folder, 'linux', cache.arch, cache.kubernetesVersion, name),
  }));
  const images = cache.images.flatMap(({ recipe, tar }) =>
    recipe.officialName === undefined
      ? []
      : // `registry.k8s.io/pause:3.10.1` → `registry.k8s.io/pause_3.10.1`, minikube's file name
        [{ from: tar, to: join(folder, 'images', cache.arch, recipe.officialName.replace(/:([^:/]+)$/, '_$1')) }],
  );
  return [...binaries, ...images];
}

async function place(from: string, to: string): Promise<void> {
  const [source, present] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  // A copy on another file system has another inode; compare the modification time instead.
  const isCopy = present?.size === source.size && present.mtimeMs >= source.mtimeMs;
  if (isCopy || present?.ino === source.ino) return;
  const partial = `${to}.partial`;
  await mkdir(dirname(to), { recursive: true });
  await rm(partial, { force: true });
  await link(from, partial).catch(() => copyFile(from, partial));
  await complete(partial, to);
}
