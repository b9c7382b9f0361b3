import { access } from 'node:fs/promises';
import { profileFile } from '../clusters/minikube/profile-file.js';
import { resolveProvider } from '../clusters/resolve-provider.js';
import type { Host } from '../ports/host.js';
import type { Finding } from './check.js';

/** Whether init ever made a cluster here, or prepared one that is meant; then what it needs must be there. */
export async function wasPrepared(host: Host, signal: AbortSignal): Promise<boolean> {
  // who names it means it; unnamed, only a prepared one is settled on
  if ((await resolveProvider(host, signal)) === 'docker-desktop') return true;
  return access(profileFile(host)).then(
    () => true,
    () => false,
  );
}

/** What brings back, or makes, all that a cluster needs. */
export const fixedByInit = { fix: ['spark-dev init --yes'], auto: ['init', '--yes'] } as const;

/** Missing things that only a cluster needs are news before `init`, and trouble after it. */
export async function missingForCluster(host: Host, detail: string, signal: AbortSignal): Promise<Finding> {
  return (await wasPrepared(host, signal))
    ? { status: 'fail', detail: `${detail}, and the cluster needs it`, ...fixedByInit }
    : { status: 'warn', detail: `${detail}; only a cluster needs it, and init brings it`, ...fixedByInit };
}
