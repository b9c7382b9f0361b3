import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../ports/host.js';
import { findSettingsFile } from './load-settings.js';
import { requireTrusted } from './require-trusted.js';

/** The project's root: the folder of spark-dev.yaml, or the working directory without one. */
export async function findProjectFolder(host: Host): Promise<string> {
  const file = await findSettingsFile(host);
  const folder = file === undefined ? host.directories.working : dirname(file);
  // overlays decide what a run deploys
  const own = join(folder, '.spark-dev');
  const isThere = await stat(own).catch(() => undefined);
  if (isThere !== undefined) await requireTrusted(host, own);
  return folder;
}
