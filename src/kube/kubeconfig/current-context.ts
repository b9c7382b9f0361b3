import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Host } from '../../ports/host.js';
import { listUserKubeconfigs } from './user-files.js';

const named = z.object({ 'current-context': z.string().min(1) });

/** The context that kubectl would use; reported only, never used. The first file that names one wins; unreadable files count as empty. */
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
