import { command } from '../command.js';
import { offerJobSize, readJobSize } from '../config/job-size.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { shapeJob } from '../job/job-shape.js';
import { readRepl } from '../run/launch/shell/repl.js';
import { fitModes } from '../run/run-options.js';

/** A REPL compiles in the driver and would mostly collect garbage with less. */
const shellHeapMb = 1024;

export const shell = command({
  name: 'shell',
  arguments: [{ name: '[language]', description: 'spark (Scala; the default), pyspark or sql' }],
  options: [
    { flags: '--spark-version <version>', description: 'Spark version; the cluster must have its image' },
    { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
    { flags: '--ui-port <port>', description: 'local port of the Spark UI; fails if it is taken' },
    ...offerJobSize('1g'),
    { flags: '--fit <mode>', description: 'what to do if the shell does not fit the cluster', choices: fitModes },
  ],
  examples: [
    'spark-dev shell',
    'spark-dev shell pyspark --num-executors 2',
    "spark-dev shell sql -- -e 'select count(*) from range(1000)'",
    "echo 'println(sc.parallelize(1 to 9).sum())' | spark-dev shell",
  ],
  async run(host, input) {
    const { args, options, global, passthrough } = input;
    const repl = readRepl(args[0]);
    if (global.output !== 'text' && !global.dryRun)
      throw new SparkDevError('USAGE', 'A shell has no JSON output', { fix: ['spark-dev shell'] });
    const [{ prepareBare, startRun }, { launchers }] = await Promise.all([
      import('../run/start.js'),
      import('../run/launch/launchers.js'),
    ]);
    const run = await prepareBare(host, {
      command: `spark-dev shell ${repl}`,
      input,
      launcher: launchers.shell,
      ask: { repl, arguments: passthrough, onTerminal: host.ui.interactive },
      shape: shapeJob(repl === 'pyspark' ? 'python' : 'jvm', { driverMemoryMb: shellHeapMb, ...readJobSize(options) }),
    });
    return startRun(run, input);
  },
});
