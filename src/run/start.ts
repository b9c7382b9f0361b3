import type { CommandResult } from '../command.js';
import { loadSettingsFor } from '../config/load-settings.js';
import { refuseOnCluster } from '../job/cluster-rules.js';
import { warnOwnMaster } from '../job/own-master.js';
import { shapeJob, shapeOf } from '../job/job-shape.js';
import type { Host } from '../ports/host.js';
import { endLostRuns } from './end-lost-runs.js';
import { fitRun, mayAsk } from './fit-run.js';
import { chooseLauncher, launchers } from './launch/launchers.js';
import { ready, type PreparedRun } from './launch/launcher.js';
import { fitSoon, leaveBehind, leavingStandby, onlyStandby, standbyLauncher } from './launch/standby.js';
import { endOnCluster, findOnCluster } from './launch/client/standby.js';
import { checkJob } from './preflight/check-job.js';
import { addNamedData, planResults } from './preflight/named-data.js';
import { readOverlay, readRequest, requestFor, type BareRequest, type RunRequest } from './request.js';
import type { RunInput } from './run-options.js';
import { findTarget, requireOwnCluster } from './target.js';
import { type PreparedCluster, withSpark } from '../clusters/prepared.js';
import type { RunOutcome } from '../runs/record.js';
import { observeJobCapacity } from '../clusters/providers.js';

/** Nothing was run with `--standby only`. */
type Ended = RunOutcome | undefined;

/** An application: what it is, where it goes, by which launcher, whether all is there that it counts on, and whether it fits. */
export async function prepareRun(given: Host, request: RunRequest, isRetry = false): Promise<PreparedRun<Ended>> {
  const { input, command, proves, isResident, devPod } = request;
  const host = withLog(given, input.options);
  const { signal } = input;
  const { job: read, settings, namespace, place, ...asked } = await readRequest(host, request);
  const target = await findTarget(host, request, { ...settings, namespace, serviceAccount: read.serviceAccount });
  const { standby: mode } = input.options;
  // scripts and CI run many programs once
  const standsBy = (settings.standby ?? (host.ui.interactive ? 'on' : 'off')) === 'on';
  const mayStandBy = standsBy && proves === undefined && request.launcher === undefined;
  warnOwnMaster(host, read, target.kind === 'local' ? 'local' : 'cluster');
  if (target.kind === 'local') {
    const job = launchers.embedded.accept(host, read);
    const standby = mayStandBy ? (mode ?? 'on') : 'off';
    return ready(launchers.embedded, { host, ...asked, job, signal, standby, isResident });
  }
  if (host.hasPipedInput && !input.global.dryRun && proves === undefined)
    host.ui.warn(
      'stdin does not reach a program on the cluster, where it is empty. Pass the data as a file: --files DATA',
    );
  refuseOnCluster(read, place);
  const launcher = request.launcher ?? chooseLauncher(read);
  const accepted = launcher.accept?.(host, read, target.cluster) ?? read;
  // the submit pod has an image of its own
  const hasLayer = accepted.deployMode !== 'client' && proves === undefined;
  const { isShared } = target.cluster.provider;
  const withData = hasLayer ? await addNamedData(host, accepted, isShared) : accepted;
  const job = hasLayer ? planResults(host, withData, isShared) : withData;
  // an image of its own has its own Spark, which is looked at in it
  const hasOwnSpark = job.image !== undefined && job.deployMode !== 'client';
  const cluster = hasOwnSpark ? target.cluster : withSpark(target.cluster, asked.spark?.version);
  const overlay = await readOverlay(host, request, asked.app.name);
  const leave = mayStandBy && isResident !== true ? (): Promise<void> => leaveBehind(input) : undefined;
  if (mayStandBy && mode !== 'only' && !input.global.dryRun && !isRetry) {
    const run = { host, ...asked, job, cluster, overlay, canAsk: true, signal, leave, devPod };
    const standby = await findOnCluster(run);
    const cold = (): Promise<PreparedRun<Ended>> => prepareRun(given, request, true);
    if (standby !== undefined)
      return ready(standbyLauncher, { ...run, fit: standby.facts.fit, standing: { standby, cold } });
  }
  if (!input.global.dryRun) await endLostRuns({ host, cluster, signal });
  // asked beside the check; what it throws is thrown where it is awaited
  const capacity = cluster.provider.isShared ? undefined : observeJobCapacity(host, cluster, signal);
  capacity?.catch(() => undefined);
  const inImage = cluster.provider.isShared ? undefined : await checkJob({ host, cluster, signal }, job, place);
  const typed = input.args[0] ?? asked.app.name;
  const call = { words: `${command} ${typed}`, embedded: `spark-dev run ${typed} --target local` };
  const reclaim = (): Promise<boolean> => endOnCluster({ host, cluster });
  const asks = { input, call, job: shapeOf(job), queues: true, reclaim } as const;
  const fit = await (mode === 'only' ? fitSoon(host, cluster, asks) : fitRun(host, cluster, { ...asks, capacity }));
  const checked = { ...job, sparkVersion: job.sparkVersion ?? inImage };
  const canAsk = mayAsk(host, input);
  const run = { host, ...asked, job: checked, cluster, overlay, fit, canAsk, signal, leave, devPod };
  if (mode === 'only') return ready(onlyStandby(launcher, job), run);
  return ready(leavingStandby(launcher), run);
}

/** A shell or a raw spark-submit line: our own cluster and, where the size of its pods is known, room for them. */
export async function prepareBare<Ask, Outcome>(
  given: Host,
  request: BareRequest<Ask, Outcome>,
): Promise<PreparedRun<Outcome>> {
  const { input, launcher, ask, command, shape } = request;
  const host = withLog(given, input.options);
  const { signal, options } = input;
  const settings = await loadSettingsFor(host, input);
  const { namespace, spark, uiPort } = requestFor({}, options, settings);
  const cluster = withSpark(
    await requireOwnCluster(host, { provider: settings.provider, namespace, signal }),
    spark?.version,
  );
  const call = { words: command, embedded: undefined };
  const fit = shape === undefined ? { job: shapeJob('jvm') } : await fitRun(host, cluster, { input, call, job: shape });
  return ready(launcher, { host, ask, cluster, fit, uiPort, canAsk: mayAsk(host, input), signal });
}

function withLog(host: Host, { log }: RunInput['options']): Host {
  return log === true ? { ...host, ui: { ...host.ui, showsLog: true } } : host;
}

/** The end of the story: "Pi is roughly…", or what would be done. */
export function startRun(
  run: PreparedRun<unknown>,
  { global, signal }: Pick<RunInput, 'global' | 'signal'>,
): Promise<CommandResult> {
  return global.dryRun ? run.plan() : run.answer(signal);
}

/** Runs SparkPi exactly as a user's run. */
export async function proveCluster(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<RunOutcome> {
  // the run's folder has the driver's log; here only the outcome counts
  const quiet = { ...host, ui: { ...host.ui, log: () => undefined } };
  const global = { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined } as const;
  const input = { args: ['sparkpi'], options: { fit: 'never' }, passthrough: [], global, signal } as const;
  const run = await prepareRun(quiet, { command: 'spark-dev run', input, proves: cluster });
  const outcome = await run.launch(signal);
  if (outcome === undefined) throw new Error('a proof always runs');
  return outcome;
}
