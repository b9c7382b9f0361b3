import { dirname } from 'node:path';
import type { Host } from '../ports/host.js';
import { findSettingsFile } from './load-settings.js';

/** Where what a project owns lies: beside its spark-dev.yaml, or in the working directory where there is none. */
export async function findProjectFolder(host: Host): Promise<string> {
  const file = await findSettingsFile(host.directories.working);
  return file === undefined ? host.directories.working : dirname(file);
}
