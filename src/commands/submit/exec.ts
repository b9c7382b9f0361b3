import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { withSpark } from '../../clusters/with-spark.js';
import { appOptions } from '../../config/app-flags.js';
import { jobSizeOptions } from '../../config/job-size.js';
import { loadSettingsFor } from '../../config/load-settings.js';
import type { Settings } from '../../config/settings.js';
import { callFor, fitRun } from '../../run/fit-run.js';
import type { ClusterRun } from '../../run/launch/submit-job/plan-cluster-run.js';
import { runFromService, runOwnLine } from '../../run/launch/submit-pod/run-from-service.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { requireAppOverlay } from '../../overlay/check-overlay.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { findApplication, languages } from '../../job/application.js';
import { buildApplication } from '../../job/build.js';
import { shapeOf } from '../../job/job-shape.js';
import { requestFor } from '../../job/run-overrides.js';
import { checkJob } from '../../run/preflight/check-job.js';
import { readJob, type ReadJob } from '../../job/read-job.js';
import type { RunOutcome } from '../../spark/run-result.js';
import { describeFromService } from '../../run/launch/submit-pod/describe-from-service.js';
import { readOwnLine, refuseBesideLine } from '../../run/launch/submit-pod/raw-submit.js';
import { showSeconds } from '../../text/durations.js';
import { fitModes } from '../../run/run-options.js';

const options = [
  { flags: '--lang <language>', description: 'which form of the application', choices: languages },
  { flags: '--spark-version <version>', description: 'another Spark than the usual one, e.g. 3.5.9' },
  { flags: '--namespace <name>', description: 'where on the cluster; the one in use when absent' },
  { flags: '--ui-port <port>', description: 'the local port of the Spark UI, and no other' },
  ...jobSizeOptions,
  ...appOptions,
  { flags: '--fit <mode>', description: 'what to do if the job does not fit the cluster', choices: fitModes },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const submitExec = command({
  name: 'submit exec',
  arguments: [{ name: '[app]', description: 'an application; without one, a spark-submit line after --' }],
  options,
  examples: [
    'spark-dev submit exec sparkpi',
    'spark-dev submit exec sparkpi -- 100',
    'spark-dev submit exec jobs/etl.py --conf spark.sql.shuffle.partitions=8 --files lookup.csv',
    'spark-dev submit exec -- --class org.acme.Orders https://repo.acme.org/orders.jar 2026-11-21',
  ],
  async run(host, input) {
    const { options, global, signal, args, passthrough } = input;
    const settings = await loadSettingsFor(host, input, input.args[0]);
    const [name] = args;
    const read = name === undefined ? undefined : await readApplication(host, input, settings, name);
    if (read === undefined) refuseBesideLine(applicationFlags(input));
    if (read?.job.deployMode === 'client')
      host.ui.say('deployMode: client is for spark-dev run; from here the driver gets a pod of its own');
    const line = read === undefined ? readOwnLine(passthrough) : [];
    const { namespace, spark, uiPort } = requestFor(read?.job ?? noJob, options, settings);
    const cluster = withSpark(
      await requirePreparedCluster(host, { provider: settings.provider, namespace, signal }),
      read?.job.image === undefined ? spark?.version : undefined,
    );
    const session = { host, cluster, signal };
    await requireNamespace(session, cluster.namespace);
    if (global.dryRun) {
      const steps = await describeFromService(session, { app: name ?? 'line', deployMode: 'cluster' });
      return { data: { action: 'would submit', steps }, text: showSteps(steps) };
    }
    const canAsk = host.ui.interactive || global.yes;
    if (read === undefined) return answer(await runOwnLine(host, cluster, { words: line, uiPort, signal }, canAsk));
    const { app, job, place } = read;
    await checkJob(session, job, place);
    const call = callFor('spark-dev submit exec', name ?? app.name);
    const fit = { call, job: shapeOf(job), canAsk, mode: options.fit, signal };
    const shape = await fitRun(host, cluster, fit);
    const overlay = await requireAppOverlay(host, app.name, signal);
    const { main } = await buildApplication(host, app, signal, spark);
    const run: ClusterRun = { job, main, shape, overlay: overlay.files, uiPort, signal };
    return answer(await runFromService(host, cluster, run, { deployMode: 'cluster', canAsk }));
  },
});

/** A line of the user's own says all by itself. */
const noJob = { namespace: undefined, sparkVersion: undefined };

/** As they were typed; a variable holds for many calls, and passes by. */
function applicationFlags({ options, variables = {} }: Input): readonly string[] {
  const ofLine = ['namespace', 'uiPort', 'sparkVersion'];
  return Object.keys(options)
    .filter((name) => !ofLine.includes(name) && variables[name] === undefined)
    .map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

async function readApplication(host: Host, input: Input, settings: Settings, name: string): Promise<ReadJob> {
  return readJob(host, input, settings, await findApplication(host.directories, name, input.options.lang, settings));
}

/** Where the time went, because saving it is what the service is for. */
function answer(outcome: RunOutcome): CommandResult {
  const { pi, runId, durationsMs } = outcome;
  const phases = ['image', 'deploy', 'submit', 'schedule', 'job'].flatMap((phase) =>
    durationsMs[phase] === undefined ? [] : [`${phase} ${showSeconds(durationsMs[phase])}`],
  );
  return {
    data: outcome,
    text: [`${runId}: ${phases.join(', ')}`, pi === undefined ? `${runId} ended well` : `Pi is roughly ${String(pi)}`],
  };
}
