import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { clusterPlaces, profileName } from './names.js';

/** What minikube itself asks of a profile (Profile.IsValid in its pkg/minikube/config). */
const profileSchema = z.object({
  Name: z.string().min(1),
  Nodes: z.array(z.unknown()).min(1),
  KubernetesConfig: z.object({ KubernetesVersion: z.string().min(1) }),
});

/** Whether minikube cannot read its own record of our profile; it can then neither stop nor delete it. */
export async function isDamaged(directories: Directories): Promise<boolean> {
  const text = await readFile(configFile(directories), 'utf8').catch(() => undefined);
  if (text === undefined) return wasSetAside(directories);
  try {
    return !profileSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return true;
  }
}

/** A mending that was cut short: minikube knows no profile, and yet this is no first start. */
async function wasSetAside(directories: Directories): Promise<boolean> {
  return (await isThere(asideFile(directories))) && !(await isThere(configFile(directories)));
}

/** minikube makes a record anew over the container and the volume that are there, but stops at one that it cannot read. */
export async function setAsideArgvs(directories: Directories): Promise<readonly Argv[]> {
  const config = configFile(directories);
  return (await isThere(config)) ? [['mv', '-f', config, asideFile(directories)]] : [];
}

function configFile(directories: Directories): string {
  return join(clusterPlaces(directories).minikubeHome, '.minikube', 'profiles', profileName, 'config.json');
}

function asideFile(directories: Directories): string {
  return `${configFile(directories)}.damaged`;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
