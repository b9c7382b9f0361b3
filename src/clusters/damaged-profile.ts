import { copyFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isThere } from '../files/paths.js';
import { tryJson } from '../files/read-json.js';
import { authorityFiles } from '../kube/kubeconfig/own-entry.js';
import { profileFile } from './minikube/profile-file.js';

/** What minikube itself asks of a profile (Profile.IsValid in its pkg/minikube/config). */
const profileSchema = z.object({
  Name: z.string().min(1),
  Nodes: z.array(z.unknown()).min(1),
  KubernetesConfig: z.object({ KubernetesVersion: z.string().min(1) }),
});

/** Whether minikube cannot read its own record of our profile; it then says that there is none, and stops at it. */
export async function isDamaged(directories: Directories): Promise<boolean> {
  const text = await readFile(profileFile({ directories }), 'utf8').catch(() => undefined);
  return text !== undefined && !profileSchema.safeParse(tryJson(text)).success;
}

/**
 * Taken at the end of each init: minikube makes no whole record anew over a node that is there (its address stays empty), and
 * a home that loses minikube's folder proves by the authority that the cluster is its own.
 */
export async function keepProfile(directories: Directories): Promise<void> {
  if ((await isThere(profileFile({ directories }))) && !(await isDamaged(directories)))
    await copyFile(profileFile({ directories }), copyOf(directories));
  const { made, kept } = authorityFiles(directories);
  if (await isThere(made)) await copyFile(made, kept);
}

/** Puts the kept record back; undefined where none was kept. */
export async function repairArgv(directories: Directories): Promise<Argv | undefined> {
  if (!(await isThere(copyOf(directories)))) return undefined;
  return ['cp', '-p', copyOf(directories), profileFile({ directories })];
}

function copyOf(directories: Directories): string {
  return `${profileFile({ directories })}.kept`;
}
