import type { CommandInput, OptionSpec } from '../command.js';
import { appRunOptions } from '../run/run-options.js';

/** `standby`: in a driver that is up before the save; `cluster`: each save is a run of its own, in pods of its own. */
const devModes = ['standby', 'cluster'] as const;

export const devOptions = [
  ...appRunOptions,
  {
    flags: '--mode <mode>',
    description: 'standby: in a driver that stands by (default); cluster: an image and new pods for each save',
    choices: devModes,
  },
  { flags: '--queue', description: 'a save during a run waits for its end instead of ending it' },
] as const satisfies readonly OptionSpec[];

export type DevInput = CommandInput<typeof devOptions>;
