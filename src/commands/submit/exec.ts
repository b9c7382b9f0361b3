import { command, typedFlags, type OptionSpec } from '../../command.js';
import { appOptions } from '../../config/app-flags.js';
import { jobSizeOptions } from '../../config/job-size.js';
import { logOption, programOptions, runFitModes } from '../../run/run-options.js';

const execOptions = [
  ...programOptions,
  { flags: '--spark-version <version>', description: 'Spark version, e.g. 3.5.9' },
  { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
  { flags: '--ui-port <port>', description: 'local port of the Spark UI; fails if it is taken' },
  ...jobSizeOptions,
  ...appOptions,
  { flags: '--fit <mode>', description: 'what to do if the job does not fit the cluster', choices: runFitModes },
  logOption,
] as const satisfies readonly OptionSpec[];

/** Also for a spark-submit line. */
const ofLine = ['--namespace', '--ui-port', '--spark-version', '--log'];

export const submitExec = command({
  name: 'submit exec',
  arguments: [{ name: '[app]', description: 'an application; omit it to pass a spark-submit line after --' }],
  options: execOptions,
  examples: [
    'spark-dev submit exec sparkpi',
    'spark-dev submit exec sparkpi -- 100',
    'spark-dev submit exec jobs/etl.py --conf spark.sql.shuffle.partitions=8 --files lookup.csv',
    'spark-dev submit exec -- --class org.acme.Orders https://repo.acme.org/orders.jar 2026-11-21',
  ],
  async run(host, input) {
    const { args, passthrough } = input;
    const [{ prepareBare, prepareRun, startRun }, { launchers }, { readRawLine, refuseBesideLine }] = await Promise.all(
      [import('../../run/start.js'), import('../../run/launch/launchers.js'), import('../../spark/raw-line.js')],
    );
    const command = 'spark-dev submit exec';
    if (args[0] !== undefined)
      return startRun(await prepareRun(host, { command, input, launcher: launchers.submitPod }), input);
    refuseBesideLine(typedFlags(input).filter((flag) => !ofLine.includes(flag)));
    const line = { command, input, launcher: launchers.rawLine, ask: readRawLine(passthrough) };
    return startRun(await prepareBare(host, line), input);
  },
});
