import { copyFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isThere } from '../files/paths.js';
import { tryJson } from '../files/read-json.js';
import { authorityFiles } from '../kube/kubeconfig/own-entry.js';
import { profileFile } from './minikube/profile-file.js';

/** minikube's own validity check (Profile.IsValid in its pkg/minikube/config). */
const profileSchema = z.object({
  Name: z.string().min(1),
  Nodes: z.array(z.unknown()).min(1),
  KubernetesConfig: z.object({ KubernetesVersion: z.string().min(1) }),
});

/** Whether the profile's config.json is unreadable: minikube then reports that there is no profile, and fails to create it. */
export async function isDamaged(directories: Directories): Promise<boolean> {
  const text = await readFile(profileFile({ directories }), 'utf8').catch(() => undefined);
  return text !== undefined && !profileSchema.safeParse(tryJson(text)).success;
}

/**
 * Taken at the end of each init: minikube writes no complete profile for an existing node (its address stays empty), and a
 * home that lost minikube's folder proves with the certificate authority that it owns the cluster.
 */
export async function keepProfile(directories: Directories): Promise<void> {
  if ((await isThere(profileFile({ directories }))) && !(await isDamaged(directories)))
    await copyFile(profileFile({ directories }), copyOf(directories));
  const { made, kept } = authorityFiles(directories);
  if (await isThere(made)) await copyFile(made, kept);
}

/** Restores the copy; undefined if there is none. */
export async function repairArgv(directories: Directories): Promise<Argv | undefined> {
  if (!(await isThere(copyOf(directories)))) return undefined;
  return ['cp', '-p', copyOf(directories), profileFile({ directories })];
}

function copyOf(directories: Directories): string {
  return `${profileFile({ directories })}.kept`;
}
