import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  readonly from: string;
  readonly to: string;
}

/** The same files give the same bytes: one order, and the one timestamp that a zip can store without a time zone. */
export async function packZip(
  files: readonly ZipEntry[],
  target: string,
  written: Readonly<Record<string, string | Buffer>> = {},
): Promise<void> {
  const zip = new ZipFile();
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };
  for (const [name, content] of Object.entries(written))
    zip.addBuffer(typeof content === 'string' ? Buffer.from(content) : content, name, options);
  for (const { from, to } of files) zip.addFile(from, to.replaceAll('\\', '/'), options);
  zip.end();
  await mkdir(dirname(target), { recursive: true });
  await pipeline(zip.outputStream, createWriteStream(target));
}
