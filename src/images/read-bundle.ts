import { createReadStream } from 'node:fs';
import { Parser } from 'tar';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { manifestName, parseManifest, type BundleManifest } from './bundle-manifest.js';

/** A path and a checksum per file; a bundle has some thousands. */
const largestManifestBytes = 32_000_000;

/** Reads only the first entry: the contents are known before gigabytes are read. */
export async function readBundle(file: string, signal: AbortSignal): Promise<BundleManifest> {
  const manifest = parseManifest((await readFirstEntry(file, signal)) ?? '');
  if (typeof manifest !== 'string') return manifest;
  throw new SparkDevError('BUNDLE_REFUSED', `${file} is not a spark-dev bundle`, {
    why: `Its first entry is not a ${manifestName} that this version can read: ${manifest}.`,
    fix: [
      'spark-dev images save FILE   # on a machine that has a cluster',
      'For a docker save file: spark-dev images load FILE',
    ],
  });
}

async function readFirstEntry(file: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const input = createReadStream(file, { signal });
    const settle = (text?: string) => (): void => {
      input.destroy();
      resolve(text);
    };
    const parser = new Parser({
      onReadEntry: (entry) => {
        if (entry.path !== manifestName || entry.type !== 'File' || entry.size > largestManifestBytes) {
          settle()();
          return;
        }
        const chunks: Buffer[] = [];
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
        entry.on('end', () => {
          settle(Buffer.concat(chunks).toString('utf8'))();
        });
      },
    });
    parser.on('end', settle());
    // not an archive at all
    parser.on('warn', settle());
    input.on('error', reject);
    input.on('data', (chunk) => parser.write(chunk as Buffer));
    input.on('end', () => {
      parser.end();
    });
  });
}
