import { createHash } from 'node:crypto';
import { access, chmod, constants, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Host } from '../ports/host.js';
import { buildFlags } from './go/argv.js';
import type { SourceTool } from './source-tools.js';
import { halfMadePrefix, isAbandoned, completeFolder, findDamage } from './half-made.js';
import { listFiles } from '../files/paths.js';

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
  const built = await describeBuiltTool(host, tool);
  const present = await Promise.all(Object.values(built.binaries).map(isExecutable));
  return present.every(Boolean) && (await findDamage(built.directory)) === undefined ? built : undefined;
}

/** Also before it exists. */
export async function describeBuiltTool(
  host: Pick<Host, 'directories' | 'platform'>,
  tool: SourceTool,
): Promise<BuiltTool> {
  const directory = await toolDirectory(host, tool);
  return { directory, binaries: Object.fromEntries(tool.binaries.map((name) => [name, join(directory, name)])) };
}

/** Fills a folder next to the final location, which then appears complete or not at all; what a concurrent run has completed stays. */
export async function placeTool(
  host: Pick<Host, 'clock' | 'directories' | 'platform'>,
  directory: string,
  fill: (work: string) => Promise<void>,
  isSound: () => Promise<boolean>,
): Promise<void> {
  const parent = dirname(directory);
  await mkdir(parent, { recursive: true });
  // left by a killed build; a running build's folder is younger
  for (const name of (await readdir(parent)).filter((one) => one.startsWith(workPrefix)))
    if (await isAbandoned(host, join(parent, name))) await rm(join(parent, name), { recursive: true, force: true });
  const work = await mkdtemp(halfMadePrefix(join(parent, workPrefix)));
  try {
    await fill(work);
    // mkdtemp creates a folder that only its owner may enter; image builds may run as another user.
    await chmod(work, 0o755);
    if (await isSound()) return;
    await rm(directory, { recursive: true, force: true });
    await completeFolder(work, directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Covers every file of the pin and all build flags, but not Go's own version: an upgraded Go does not invalidate built tools. */
export async function fingerprintTool(directory: string, tool: SourceTool, arch: string): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([tool.version, tool.binaries, arch, buildFlags(tool)]));
  const sources = (await listFiles(directory)).filter((file) => /(?<!_test)\.(go|mod|sum)$/.test(file));
  for (const file of sources) {
    hash.update(`\n${relative(directory, file)}\n`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
