import { createHash } from 'node:crypto';
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Host } from '../ports/host.js';
import { buildFlags } from './go/argv.js';
import type { SourceTool } from './source-tools.js';

export interface BuiltTool {
  readonly directory: string;
  /** Name → absolute path. */
  readonly binaries: Readonly<Record<string, string>>;
}

/** Where the pins of a tool lie in our own package. */
export function moduleDirectory(host: Pick<Host, 'directories'>, tool: SourceTool): string {
  return join(host.directories.package, 'toolchain', tool.name);
}

/** VERSION-FINGERPRINT below data/tools/NAME, so that a changed pin is another place and never half of both. */
export async function toolDirectory(host: Pick<Host, 'directories' | 'platform'>, tool: SourceTool): Promise<string> {
  const fingerprint = await fingerprintTool(moduleDirectory(host, tool), tool, host.platform.arch);
  return join(host.directories.data, 'tools', tool.name, `${tool.version}-${fingerprint}`);
}

export async function findBuiltTool(host: Host, tool: SourceTool): Promise<BuiltTool | undefined> {
  const built = describeBuiltTool(await toolDirectory(host, tool), tool);
  const present = await Promise.all(Object.values(built.binaries).map(isExecutable));
  return present.every(Boolean) ? built : undefined;
}

export function describeBuiltTool(directory: string, tool: SourceTool): BuiltTool {
  return { directory, binaries: Object.fromEntries(tool.binaries.map((name) => [name, join(directory, name)])) };
}

/** Covers every file of the pin and all build flags, but not Go's own version: an upgraded Go makes no built tool wrong. */
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

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
