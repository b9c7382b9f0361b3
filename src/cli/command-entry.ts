import type { CommandSpec } from '../command.js';

export interface CommandEntry {
  /** One word, or two in a family: `cluster resize`. */
  readonly name: string;
  /** Another name for the same command, of one or two words. */
  readonly alias?: string | undefined;
  readonly summary: string;
  readonly group: 'Run' | 'Applications' | 'Cluster' | 'Namespaces' | 'Images' | 'Services' | 'Machine';
  readonly load: () => Promise<CommandSpec>;
}
