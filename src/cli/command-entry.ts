import type { CommandSpec } from '../command.js';

export interface CommandEntry {
  /** One word, or two where it stands under a family: `cluster resize`. */
  readonly name: string;
  /** Calls the same by another name, of one word or two. */
  readonly alias?: string;
  readonly summary: string;
  /** The heading it stands under in the main help. */
  readonly group: 'Run' | 'Applications' | 'Cluster' | 'Namespaces' | 'Images' | 'Services' | 'Machine';
  readonly load: () => Promise<CommandSpec>;
}
