import type { CommandInput, CommandSpec } from '../../src/command.js';
import type { CommandEntry } from '../../src/cli/named-words.js';

/** A command that answers with what it was given, so that the parser can be seen through it. */
export const probe: CommandSpec = {
  name: 'probe',
  arguments: [{ name: '<app>', description: 'an app' }],
  options: [
    { flags: '--target <where>', description: 'where', choices: ['auto', 'local'] },
    { flags: '--ui-port <port>', description: 'a port' },
    { flags: '--no-verify', description: 'do not prove it' },
  ],
  examples: ['spark-dev probe x'],
  run(host, { args, options, passthrough, global }: CommandInput) {
    host.ui.warn('take care');
    return Promise.resolve({
      data: { args, options, passthrough, global },
      text: ['first', 'the answer'],
      warnings: ['and more'],
    });
  },
};

/** As src/cli/commands.ts lists them. */
export function listCommands(...specs: readonly CommandSpec[]): readonly CommandEntry[] {
  return specs.map((spec) => ({
    name: spec.name,
    summary: 'Try it',
    group: 'Run',
    load: () => Promise.resolve(spec),
  }));
}
