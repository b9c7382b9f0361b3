import { requirePreparedCluster } from '../clusters/prepare/require-prepared.js';
import { showSteps } from '../steps/show.js';
import { withSpark } from '../clusters/with-spark.js';
import { offerJobSize, readJobSize } from '../config/job-size.js';
import { loadSettingsFor } from '../config/load-settings.js';
import { fitRun } from '../run/fit-run.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { requireNamespace } from '../namespaces/require-namespace.js';
import { command } from '../command.js';
import { shapeJob } from '../job/job-shape.js';
import { wantUiPort } from '../job/run-overrides.js';
import { openShell } from '../run/launch/shell/open-shell.js';
import { planShell } from '../run/launch/shell/plan-shell.js';
import { replNames, type ReplName } from '../run/launch/shell/repl.js';
import { fitModes } from '../run/run-options.js';

/** A REPL compiles in the driver: with less it collects garbage most of the time. */
const shellHeapMb = 1024;
const deadlineS = 12 * 3600;

export const shell = command({
  name: 'shell',
  arguments: [{ name: '[language]', description: 'spark (Scala; the default), pyspark or sql' }],
  options: [
    { flags: '--spark-version <version>', description: 'another Spark that the cluster has an image of' },
    { flags: '--namespace <name>', description: 'where on the cluster; the one in use when absent' },
    { flags: '--ui-port <port>', description: 'the local port of the Spark UI, and no other' },
    ...offerJobSize('1g'),
    { flags: '--fit <mode>', description: 'what to do if it does not fit the cluster', choices: fitModes },
  ],
  examples: [
    'spark-dev shell',
    'spark-dev shell pyspark --num-executors 2',
    "spark-dev shell sql -- -e 'select count(*) from range(1000)'",
    "echo 'println(sc.parallelize(1 to 9).sum())' | spark-dev shell",
  ],
  async run(host, input) {
    const { options, global, signal } = input;
    const repl = readRepl(input.args[0]);
    const settings = await loadSettingsFor(host, input);
    const size = { driverMemoryMb: shellHeapMb, ...readJobSize(options) };
    if (global.output !== 'text' && !global.dryRun)
      throw new SparkDevError('USAGE', 'A shell answers in its own words, not in JSON', { fix: ['spark-dev shell'] });
    const { provider, namespace } = settings;
    const prepared = await requirePreparedCluster(host, { provider, namespace, signal });
    const cluster = withSpark(prepared, settings.sparkVersion);
    await requireNamespace({ host, cluster, signal }, cluster.namespace);
    const onTerminal = host.ui.interactive;
    const job = await fitRun(host, cluster, {
      call: { words: `spark-dev shell ${repl}`, embedded: undefined },
      job: shapeJob(repl === 'pyspark' ? 'python' : 'jvm', size),
      mode: global.dryRun ? 'never' : options.fit,
      canAsk: !global.dryRun && (onTerminal || global.yes),
      signal,
    });
    const plan = await planShell(host, cluster, { repl, job, arguments: input.passthrough, onTerminal, deadlineS });
    if (global.dryRun) {
      const commands = [plan.make, plan.lifeline('POD'), plan.attach('POD'), plan.remove];
      const step = { title: 'A pod, the shell in it, and nothing of it afterwards', why: 'as asked', commands };
      return { data: { action: 'would open', ...plan, commands }, text: showSteps([step]) };
    }
    await openShell(host, cluster, plan, { uiPort: wantUiPort(settings), signal });
    return { data: { runId: plan.runId }, text: [] };
  },
});

const otherNames: Readonly<Record<string, ReplName>> = {
  scala: 'spark',
  'spark-shell': 'spark',
  python: 'pyspark',
  'spark-sql': 'sql',
};

function readRepl(word = 'spark'): ReplName {
  const repl = replNames.find((name) => name === word) ?? otherNames[word];
  if (repl !== undefined) return repl;
  throw new SparkDevError('USAGE', `There is no shell for ${JSON.stringify(word.slice(0, 80))}`, {
    why: `There are ${replNames.join(', ')}.`,
    fix: replNames.map((name) => `spark-dev shell ${name}`),
  });
}
