import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';

/** The `h1:` checksum of go.sum and the checksum database: https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1 */
export async function hashModuleZip(zipFile: string): Promise<string> {
  const sums: { name: string; hex: string }[] = [];
  await readZip(zipFile, async (name, content) => {
    const hash = createHash('sha256');
    await pipeline(content, hash);
    sums.push({ name, hex: hash.digest('hex') });
  });
  return combineFileSums(sums);
}

/** Byte order, not a locale's. */
export function combineFileSums(sums: readonly { readonly name: string; readonly hex: string }[]): string {
  const sorted = [...sums].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const whole = createHash('sha256');
  for (const { name, hex } of sorted) whole.update(`${hex}  ${name}\n`);
  return `h1:${whole.digest('base64')}`;
}

/** Module zips contain no modes and no go.mod files below the root; Go's own command restores both for a toolchain in this way. */
export async function unpackToolchainZip(zipFile: string, prefix: string, directory: string): Promise<void> {
  await readZip(zipFile, async (name, content) => {
    const inside = toolchainPath(name, prefix);
    const target = resolve(directory, inside);
    if (!target.startsWith(resolve(directory) + sep)) throw new Error(`${name} is outside the archive`);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(content, createWriteStream(target));
    if (isToolchainProgram(inside)) await chmod(target, 0o755);
  });
}

export function toolchainPath(entryName: string, prefix: string): string {
  if (!entryName.startsWith(prefix)) throw new Error(`${entryName} is not below ${prefix}`);
  const path = entryName.slice(prefix.length);
  return basename(path) === '_go.mod' ? join(dirname(path), 'go.mod') : path;
}

export function isToolchainProgram(path: string): boolean {
  return /^(bin|pkg\/tool)\//.test(path);
}

async function readZip(zipFile: string, visit: (name: string, content: Readable) => Promise<void>): Promise<void> {
  const zip = await openPromise(zipFile);
  for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
    if (entry.fileName.endsWith('/')) continue;
    await visit(entry.fileName, await zip.openReadStreamPromise(entry));
  }
}
