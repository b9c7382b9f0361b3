import { createHash } from 'node:crypto';
import { access, chmod, constants, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Host } from '../ports/host.js';
import { buildFlags } from './go/argv.js';
import type { SourceTool } from './source-tools.js';
import { findDamage, noteSizes } from './folder-sizes.js';
import { complete, halfMadePrefix, isAbandoned } from './half-made.js';
import { isThere } from '../files/paths.js';

export interface BuiltTool {
  readonly directory: string;
  readonly binaries: Readonly<Record<string, string>>;
}

const workPrefix = '.building-';

export function moduleDirectory(host: Pick<Host, 'directories'>, tool: SourceTool): string {
  return join(host.directories.package, 'toolchain', tool.name);
}

/** VERSION-FINGERPRINT below data/tools/NAME, so that a changed pin gets a new folder and never half of both. */
export async function toolDirectory(host: Pick<Host, 'directories' | 'platform'>, tool: SourceTool): Promise<string> {
  const fingerprint = await fingerprintTool(moduleDirectory(host, tool), tool, host.platform.arch);
  return join(host.directories.data, 'tools', tool.name, `${tool.version}-${fingerprint}`);
}

export async function findBuiltTool(host: Host, tool: SourceTool): Promise<BuiltTool | undefined> {
  const built = describeBuiltTool(await toolDirectory(host, tool), tool);
  const present = await Promise.all(Object.values(built.binaries).map(isExecutable));
  return present.every(Boolean) && (await findDamage(built.directory)) === undefined ? built : undefined;
}

export function describeBuiltTool(directory: string, tool: SourceTool): BuiltTool {
  return { directory, binaries: Object.fromEntries(tool.binaries.map((name) => [name, join(directory, name)])) };
}

/** Fills a folder next to the final location, which then appears complete or not at all. */
export async function placeTool(
  host: Pick<Host, 'clock' | 'directories' | 'platform'>,
  directory: string,
  fill: (work: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  await removeAbandoned(host, dirname(directory));
  const work = await mkdtemp(halfMadePrefix(join(dirname(directory), workPrefix)));
  try {
    await fill(work);
    // mkdtemp creates a folder that only its owner may enter; image builds may run as another user.
    await chmod(work, 0o755);
    await rm(directory, { recursive: true, force: true });
    await complete(work, directory)
      .then(() => noteSizes(directory))
      .catch(async (error: unknown) => {
        // a concurrent run was faster
        if (!(await isThere(directory))) throw error;
      });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Left by a killed build; a running build's folder is younger. */
async function removeAbandoned(host: Parameters<typeof isAbandoned>[0], folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith(workPrefix) && (await isAbandoned(host, path)))
      await rm(path, { recursive: true, force: true });
  }
}

/** Covers every file of the pin and all build flags, but not Go's own version: an upgraded Go does not invalidate built tools. */
export async function fingerprintTool(directory: string, tool: SourceTool, arch: string): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([tool.version, tool.binaries, arch, buildFlags(tool)]));
  for (const file of await listSources(directory)) {
    hash.update(`\n${relative(directory, file)}\n`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}

async function listSources(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(go|mod|sum)$/.test(entry.name) && !entry.name.endsWith('_test.go'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
