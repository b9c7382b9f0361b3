import { join } from 'node:path';
import { z } from 'zod';
import type { Directories } from '../ports/host.js';
import { writeWhole } from '../toolchain/half-made.js';
import { readJson } from '../files/read-json.js';

const mirrorsSchema = z.object({ archive: z.url(), security: z.url() });

type PinnedMirrors = z.infer<typeof mirrorsSchema>;

/** Images from a bundle are identified by the mirrors that made them, which may differ from this machine's. */
export function pinnedMirrorsFile(directories: Pick<Directories, 'data'>): string {
  return join(directories.data, 'images', 'apt-sources.json');
}

export async function readPinnedMirrors(directories: Pick<Directories, 'data'>): Promise<PinnedMirrors | undefined> {
  return mirrorsSchema.safeParse(await readJson(pinnedMirrorsFile(directories))).data;
}

export async function pinMirrors(directories: Pick<Directories, 'data'>, mirrors: PinnedMirrors): Promise<void> {
  await writeWhole(pinnedMirrorsFile(directories), `${JSON.stringify(mirrors)}\n`);
}
