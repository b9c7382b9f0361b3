import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { writeWhole } from '../half-made.js';
import { tryJson } from '../../files/read-json.js';
import { codeOf } from '../../errors/error-code.js';

const sum = z.string().regex(/^[0-9a-f]{64}$/);
const lockSchema = z.strictObject({ version: z.literal(1), sha256: z.record(z.string(), sum) });

/** In the config folder, because this trust must outlive the tools themselves. */
export function lockFile({ directories }: Pick<Host, 'directories'>): string {
  return join(directories.config, 'upstream-lock.json');
}

/** URL → the sha256 of the first download. */
export async function readLock(host: Host): Promise<Readonly<Record<string, string>>> {
  const file = lockFile(host);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return {};
  const read = lockSchema.safeParse(tryJson(text));
  if (read.success) return read.data.sha256;
  throw new SparkDevError('CONFIG_INVALID', `${file} cannot be read`, {
    why: 'It holds the checksums of earlier downloads; without them nothing new is trusted.',
    fix: [`Restore it, or remove it to trust the vendors' current checksums: rm ${file}`],
  });
}

export async function keepInLock(host: Host, url: string, sha256: string): Promise<void> {
  const known = await readLock(host);
  if (known[url] === sha256) return;
  const lock = { version: 1, sha256: { ...known, [url]: sha256 } };
  await writeWhole(lockFile(host), `${JSON.stringify(lock, undefined, 2)}\n`);
}
