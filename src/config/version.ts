import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';

export async function readVersion(host: Host): Promise<string> {
  const manifest = JSON.parse(await readFile(join(host.directories.package, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
