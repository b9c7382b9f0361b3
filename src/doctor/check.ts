import type { Settings } from '../config/settings.js';
import type { Host } from '../ports/host.js';

/** `warn`: spark-dev brings it by itself when it is needed. `fail`: only a person can, or what was prepared is broken. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly status: Status;
  readonly detail: string;
  /** Exact commands, most likely first. */
  readonly fix?: readonly string[];
  /** The words of a call of ours that mends it by itself; `--fix` offers it. */
  readonly auto?: readonly string[];
}

export interface CheckContext {
  readonly signal: AbortSignal;
  /** Read when the first check asks; a broken file is what those that ask say, and no others. */
  readonly settings: () => Promise<Settings>;
}

export interface Check {
  readonly id: string;
  readonly group: 'Machine' | 'Embedded runs' | 'Cluster';
  readonly title: string;
  run(host: Host, context: CheckContext): Promise<Finding>;
}
