import { join, relative, sep } from 'node:path';
import { createHash } from 'node:crypto';
import type { Argv } from '../ports/runner.js';
import type { AptSources } from './apt-sources.js';
import { readFile, stat } from 'node:fs/promises';
import { listFiles } from '../files/paths.js';

/** A file or folder from outside images/ that the Dockerfile copies. */
export interface ContextFile {
  readonly from: string;
  readonly to: string;
  /** Identifies its content before the file exists: a tool's version and the hash of its sources. */
  readonly fingerprint: string;
}

interface PulledBase {
  /** Identifies its content: the digest. */
  readonly hash: string;
  readonly reference: string;
  readonly isPulled: true;
}

export interface ImageRecipe {
  readonly name: string;
  /** The folder below images/ with its Dockerfile. */
  readonly folder: string;
  /** The name under which Kubernetes asks for it, if that is fixed. */
  readonly officialName?: string;
  readonly version: string;
  readonly args: Readonly<Record<string, string>>;
  readonly files: readonly ContextFile[];
  /** Paths in the build context that the Dockerfile copies from, but this recipe leaves empty. */
  readonly emptyFolders?: readonly string[];
  /** Passed as the build argument BASE; absent for images with one static program. */
  readonly base?: DebianRoot | PulledBase;
}

export interface PlannedImage {
  readonly recipe: ImageRecipe;
  readonly hash: string;
  /** Our own tag, unique for its content: an old image is never mistaken for a new one. */
  readonly reference: string;
  /** A `docker save` file; it exists only when it is complete. */
  readonly tar: string;
  /** Next to the image file: a description of its contents. */
  readonly manifest: string;
}

export const recipeLabel = 'io.spark-dev.recipe';

/** `folderDigest` is the digest of the recipe's folder (see folder-digest.ts). */
export function planImage(recipe: ImageRecipe, folderDigest: string, dataDirectory: string): PlannedImage {
  const { officialName, version, args, base } = recipe;
  const files = recipe.files.map(({ to, fingerprint }) => ({ to, fingerprint }));
  const hash = hashValue({ folderDigest, officialName, version, args, files, base: base?.hash });
  return {
    recipe,
    hash,
    reference: `spark-dev/${recipe.name}:${version}-${hash}`,
    tar: imageTar(dataDirectory, recipe.name, hash),
    manifest: join(dataDirectory, 'images', `${recipe.name}-${hash}.json`),
  };
}

export function imageTar(dataDirectory: string, name: string, hash: string): string {
  return join(dataDirectory, 'images', `${name}-${hash}.tar`);
}

/** First twelve hex digits of the SHA-256 of the value as JSON with sorted keys. */
export function hashValue(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex')
    .slice(0, 12);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/** The root file system under every image that needs more than one static program. */
export interface DebianRoot {
  readonly suite: string;
  readonly sources: AptSources;
  readonly hash: string;
  readonly reference: string;
  readonly tar: string;
  /** Pulled by digest instead of built, and never kept as a file. */
  readonly isPulled?: true;
}

/** Pinned: systemd in newer suites refuses cgroup v1. */
const suite = 'bookworm';

/** These settings stay in the image, so that images built on it stay small. */
const options = [
  '--mode=root',
  '--variant=minbase',
  '--format=tar',
  '--include=ca-certificates',
  ...['man', 'info', 'locale', 'doc'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=force-unsafe-io',
  '--aptopt=Acquire::Languages "none"',
  '--aptopt=APT::Install-Recommends "false"',
];

export function planDebianRoot(sources: AptSources, dataDirectory: string): DebianRoot {
  const { archive, security } = sources;
  const hash = hashValue({ suite, archive, security, options });
  return {
    suite,
    sources,
    hash,
    reference: `spark-dev/debian:${suite}-${hash}`,
    tar: imageTar(dataDirectory, 'debian', hash),
  };
}

/** Never an argument: other users and logs would see a password in it. */
export function proxyEnv({ sources }: DebianRoot): Readonly<Record<string, string>> {
  return sources.proxy === undefined ? {} : { http_proxy: sources.proxy };
}

/** mmdebstrap takes half of debootstrap's time and writes the tar itself. */
export function mmdebstrapArgv(root: DebianRoot, rootTar: string): Argv {
  const { archive, security } = root.sources;
  return [
    'mmdebstrap',
    ...options,
    root.suite,
    rootTar,
    `deb ${archive} ${root.suite} main`,
    `deb ${archive} ${root.suite}-updates main`,
    `deb ${security} ${root.suite}-security main`,
  ];
}

/**
 * Covers names, contents and exec bits of all files below, independent of directory order; without what Python leaves beside
 * modules that it has run, which this machine does with some of an image's.
 */
export async function digestFolder(folder: string): Promise<string> {
  const digest = createHash('sha256');
  for (const path of await listFiles(folder)) {
    const name = relative(folder, path).split(sep).join('/');
    if (/(^|\/)__pycache__\//.test(name)) continue;
    const { mode } = await stat(path);
    const content = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    digest.update(`${name}\n${(mode & 0o111) === 0 ? '-' : 'x'}\n${content}\n`);
  }
  return digest.digest('hex');
}
