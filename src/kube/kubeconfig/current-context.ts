import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Host } from '../../ports/host.js';
import { listUserKubeconfigs } from './user-files.js';

const named = z.object({ 'current-context': z.string().min(1) });

/** What kubectl would use; only ever talked about, never used. The first file that names one counts; files that cannot be read tell nothing. */
export async function readCurrentContext(host: Host): Promise<string | undefined> {
  const { files } = await listUserKubeconfigs(host);
  for (const file of files) {
    const found = named.safeParse(
      await readFile(file, 'utf8')
        .then(parse)
        .catch(() => undefined),
    );
    if (found.success) return found.data['current-context'];
  }
  return undefined;
}
