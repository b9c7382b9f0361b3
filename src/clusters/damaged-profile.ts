import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { isThere } from '../files/paths.js';
import { tryJson } from '../files/read-json.js';

/** What minikube itself asks of a profile (Profile.IsValid in its pkg/minikube/config). */
const profileSchema = z.object({
  Name: z.string().min(1),
  Nodes: z.array(z.unknown()).min(1),
  KubernetesConfig: z.object({ KubernetesVersion: z.string().min(1) }),
});

/** Whether minikube cannot read its own record of our profile; it then says that there is none, and stops at it. */
export async function isDamaged(directories: Directories): Promise<boolean> {
  const text = await readFile(configFile(directories), 'utf8').catch(() => undefined);
  return text !== undefined && !profileSchema.safeParse(tryJson(text)).success;
}

/** Taken at the end of each init: minikube makes no whole record anew over a node that is there (its address stays empty). */
export async function keepRecord(directories: Directories): Promise<void> {
  if ((await isThere(configFile(directories))) && !(await isDamaged(directories)))
    await copyFile(configFile(directories), copyOf(directories));
}

/** Puts the kept record back; undefined where none was kept. */
export async function repairArgv(directories: Directories): Promise<Argv | undefined> {
  if (!(await isThere(copyOf(directories)))) return undefined;
  return ['cp', '-p', copyOf(directories), configFile(directories)];
}

function configFile(directories: Directories): string {
  return join(clusterPaths(directories).minikubeHome, '.minikube', 'profiles', profileName, 'config.json');
}

function copyOf(directories: Directories): string {
  return `${configFile(directories)}.kept`;
}
