import { resolveProvider } from '../clusters/providers.js';
import type { Provider } from '../clusters/provider.js';
import type { Settings } from '../config/settings.js';
import type { Host } from '../ports/host.js';

/** `warn`: spark-dev installs it when needed. `fail`: only the user can fix it, or something prepared is broken. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly status: Status;
  readonly detail: string;
  /** Exact commands, most likely first. */
  readonly fix?: readonly string[];
  /** The spark-dev command that repairs it; `--fix` offers it. */
  readonly auto?: readonly string[];
}

export interface CheckContext {
  readonly signal: AbortSignal;
  /** Loaded on the first use; only checks that need the settings report a broken file. */
  readonly settings: () => Promise<Settings>;
}

export interface Check {
  readonly id: string;
  readonly group: 'Machine' | 'Local runs' | 'Cluster';
  readonly title: string;
  run(host: Host, context: CheckContext): Promise<Finding>;
}

export function ok(detail: string): Finding {
  return { status: 'ok', detail };
}

export function skip(detail: string, fix: readonly string[] = []): Finding {
  return { status: 'skip', detail, fix };
}

/** How long a check waits for a cluster; the rest of its five seconds is for everything else. */
export const withinCheck = { timeoutMs: 3000 } as const;

export async function chooseProvider(host: Host, { signal, settings }: CheckContext): Promise<Provider> {
  return resolveProvider(host, (await settings()).provider, signal, withinCheck);
}

/** Whether init created a cluster here, or prepared a configured one; then everything that a cluster needs must be present. */
export async function wasPrepared(host: Host, context: CheckContext): Promise<boolean> {
  // a configured provider counts by itself; without one, only a prepared cluster counts
  const provider = await chooseProvider(host, context);
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
