import { resolveProvider } from '../clusters/providers.js';
import type { Host } from '../ports/host.js';
import type { CheckContext, Finding } from './check.js';

/** How long a check waits for a cluster; the rest of its five seconds is for everything else. */
export const withinCheck = { timeoutMs: 3000 } as const;

/** Whether init created a cluster here, or prepared a configured one; then everything that a cluster needs must be present. */
export async function wasPrepared(host: Host, { signal, settings }: CheckContext): Promise<boolean> {
  // a configured provider counts by itself; without one, only a prepared cluster counts
  const provider = await resolveProvider(host, (await settings()).provider, signal, withinCheck);
  return provider.isMade === undefined || provider.isMade(host);
}

/** Creates or restores everything that a cluster needs. */
export const fixedByInit = { fix: ['spark-dev init --yes'], auto: ['init', '--yes'] } as const;

/** Missing cluster tools are a note before `init`, and a failure after it. */
export async function missingForCluster(host: Host, detail: string, context: CheckContext): Promise<Finding> {
  return (await wasPrepared(host, context))
    ? { status: 'fail', detail: `${detail}; the cluster needs it`, ...fixedByInit }
    : { status: 'warn', detail: `${detail}; only a cluster needs it, and init installs it`, ...fixedByInit };
}
