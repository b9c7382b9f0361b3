import { appOptions } from '../config/app-flags.js';
import { standbyModes } from '../config/standby-modes.js';
import { jobSizeOptions } from '../config/job-size.js';
import type { CommandInput, OptionSpec } from '../command.js';
import { deployModes, languages } from '../job/job.js';

export const targetNames = ['auto', 'cluster', 'local'] as const;
export type TargetName = (typeof targetNames)[number];

/** What to do with a job that does not fit: make it smaller, make the cluster larger, or stop. */
export const fitModes = ['shrink', 'resize', 'never'] as const;
/** A run can also wait for other runs to end. */
export const runFitModes = [...fitModes, 'wait'] as const;
export type FitMode = (typeof runFitModes)[number];

export const sharedOptions = [
  { flags: '--allow-remote', description: 'with --context: allow a server on another machine' },
  { flags: '--image-registry <registry>', description: 'with --context: registry to push to and pull from' },
] as const satisfies readonly OptionSpec[];

/** For each command that follows a run. */
const detachOption = {
  flags: '--detach',
  description: 'leave the run to a process in the background once it has begun',
} as const;
export const logOption = { flags: '--log', description: "show Spark's whole log, not only its warnings" } as const;
/** Which program of those that a name or path may mean. */
export const programOptions = [
  { flags: '--lang <language>', description: 'language of the application, if it has several', choices: languages },
  { flags: '-m, --module', description: 'APP is a Python module, as for python -m' },
] as const satisfies readonly OptionSpec[];

/** Of every command that runs an application. Separate from the code of a run, so that `--help` starts fast. */
export const appRunOptions = [
  { flags: '--target <where>', description: 'where to run the application', choices: targetNames },
  ...programOptions,
  {
    flags: '--deploy-mode <mode>',
    description: 'where the driver runs: in a separate pod (cluster), or in the submit pod (client)',
    choices: deployModes,
  },
  { flags: '--spark-version <version>', description: 'Spark version, e.g. 3.5.9' },
  { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
  { flags: '--ui-port <port>', description: 'local port of the Spark UI; fails if it is taken' },
  ...jobSizeOptions,
  ...appOptions,
  ...sharedOptions,
  { flags: '--fit <mode>', description: 'what to do if the job does not fit the cluster', choices: runFitModes },
  logOption,
] as const satisfies readonly OptionSpec[];

export const runOptions = [
  ...appRunOptions,
  {
    flags: '--standby <mode>',
    description:
      'on: take a driver that stands by, and leave one for the next run; only: leave one (default: on in a terminal)',
    choices: standbyModes,
  },
  detachOption,
] as const satisfies readonly OptionSpec[];

export type RunInput = CommandInput<typeof runOptions>;
