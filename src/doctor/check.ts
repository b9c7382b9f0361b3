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
