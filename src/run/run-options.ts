import { appOptions } from '../config/app-flags.js';
import { jobSizeOptions } from '../config/job-size.js';
import type { CommandInput, OptionSpec } from '../command.js';
import { languages } from '../job/application.js';
import { deployModes } from '../job/job.js';
export const targetNames = ['auto', 'cluster', 'local'] as const;
export type TargetName = (typeof targetNames)[number];

/** What to do with a job that does not fit: make it smaller, make the cluster larger, or stop. */
export const fitModes = ['shrink', 'resize', 'never'] as const;
/** A run can also wait for other runs to end. */
export const runFitModes = [...fitModes, 'wait'] as const;
export type FitMode = (typeof runFitModes)[number];

export const sharedOptions = [
  { flags: '--allow-remote', description: 'with --context: also where its server is not on this machine' },
  { flags: '--image-registry <registry>', description: 'with --context: where the image is pushed, and pulled from' },
] as const satisfies readonly OptionSpec[];

/** The flags of `run`; loads nothing that a run needs. */
export const runOptions = [
  { flags: '--target <where>', description: 'where it runs', choices: targetNames },
  { flags: '--lang <language>', description: 'which form of the application', choices: languages },
  {
    flags: '--deploy-mode <mode>',
    description: "where the driver is: a pod of its own, or the submit service's",
    choices: deployModes,
  },
  { flags: '--spark-version <version>', description: 'another Spark than the usual one, e.g. 3.5.9' },
  { flags: '--namespace <name>', description: 'where on the cluster; the one in use when absent' },
  { flags: '--ui-port <port>', description: 'the local port of the Spark UI, and no other' },
  ...jobSizeOptions,
  ...appOptions,
  ...sharedOptions,
  { flags: '--fit <mode>', description: 'what to do if the job does not fit the cluster', choices: runFitModes },
] as const satisfies readonly OptionSpec[];

export type RunInput = CommandInput<typeof runOptions>;
