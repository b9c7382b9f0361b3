import { findImagePython } from './image-python.js';
import { layInPackages } from './packages.js';
import { join } from 'node:path';
import { buildApplication, type BuiltApplication } from '../../job/build.js';
import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import type { RunOutcome } from '../../runs/record.js';
import { inRunFolder, newRun, type RunIdentity } from '../../runs/run-folder.js';
import type { RunSpec } from '../../runs/story.js';
import { readsDefaultsToo, submitArguments } from '../../spark/submit-arguments.js';
import { cleanRunArgvs } from '../clean-up.js';
import { awaitTurn, joinQueue, leaveQueue } from '../queue.js';
import { planRunFiles, writeRunFiles } from '../run-files.js';
import type { ClusterRoom, ClusterRun } from './launcher.js';
import { skaffoldArgv } from './submit-job/skaffold.js';
import { warnIfNoSpark } from '../failure/no-spark.js';
import { startPhases, type Phases } from '../follow/follow-run.js';
import { driverUiPort } from '../../kube/port-forward/pod-forward.js';

export type ClusterRunPlan = ReturnType<typeof planClusterRun>;

/** The files and commands of one run of an application. */
export function planClusterRun(
  run: ClusterRun,
  { main, pyFiles }: Pick<BuiltApplication, 'main' | 'pyFiles'>,
  { runId, folder }: RunIdentity = newRun(run.host, run.job.name.written),
) {
  const { host, cluster, overlay } = run;
  const job = { ...run.job, pyFiles };
  const { namespace, home, registry } = cluster;
  const serviceAccount = job.serviceAccount ?? cluster.serviceAccount;
  const version = job.image === undefined ? cluster.sparkVersion : job.sparkVersion;
  // spark-submit comes from the image, or from the cluster's own image in the submit service
  const loadsDefaults = [version, cluster.sparkVersion].every(readsDefaultsToo);
  const how = { loadsDefaults, pulls: registry !== undefined };
  const submission = { runId, namespace, serviceAccount, home, job, main, shape: run.fit.job, ...how };
  const files = planRunFiles(cluster, overlay, submission);
  const skaffoldHome = join(host.directories.data, 'skaffold');
  const deploy = skaffoldArgv('run', cluster, folder, skaffoldHome);
  // without changes by an ejected overlay
  const submit = ['spark-submit', ...submitArguments(submission)];
  const clean = cleanRunArgvs(cluster, runId, true);
  return { runId, folder, files, skaffoldConfig: join(skaffoldHome, 'config'), deploy, submit, clean };
}

/** From the sources to a live run with its files; the launcher starts the driver. */
export async function inClusterRun(
  run: ClusterRun,
  action: (plan: ClusterRunPlan, phases: Phases) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const { host, job } = run;
  const identity = newRun(host, job.name.written);
  const queued = { runId: identity.runId, fit: run.fit };
  const launch = async (): Promise<RunOutcome> => {
    const noted = joinQueue(run, queued);
    // thrown where it is awaited
    noted.catch(() => undefined);
    const prepare = async (): Promise<readonly [ClusterRunPlan, Phases]> => {
      const built = await buildForCluster(run);
      const phases = startPhases(host.clock, built.durationsMs);
      const packaged = await layInPackages(run);
      const plan = planClusterRun({ ...run, job: packaged }, built, identity);
      await writeRunFiles(plan.folder, plan.files);
      await noted;
      if (await awaitTurn(run, queued)) phases.end('queue');
      return [plan, phases];
    };
    const [plan, phases] = await prepare().catch(async (error: unknown) => {
      // an interrupted kubectl may have created the note all the same
      await Promise.allSettled([noted]);
      await leaveQueue(run, queued).catch(() => undefined);
      throw error;
    });
    // removes all that has the run's label in the end, the note too
    return warnIfNoSpark(run, await action(plan, phases));
  };
  return inRunFolder(host, identity.runId, launch, specOf(run));
}

/** For the Python of the image in which it will run. */
export function buildForCluster(run: ClusterRun): Promise<BuiltApplication> {
  const image = run.job.image ?? run.cluster.sparkImage;
  return buildApplication(run, async () => (await findImagePython(run, image)).python);
}

export function specOf({ job, cluster, fit }: ClusterRun): RunSpec {
  const { context, namespace, sparkVersion, sparkImage } = cluster;
  return {
    app: job.name.written,
    target: 'cluster',
    ...{ deployMode: job.deployMode, context, namespace, image: job.image ?? sparkImage },
    sparkVersion: job.sparkVersion ?? sparkVersion,
    // the program's own texts are not kept a second time
    ...{ job: { ...job, sources: undefined }, shape: fit.job },
  };
}

/** Refuses an unavailable port from a flag before it creates anything. */
export async function requireUiPort({ uiPort }: Pick<ClusterRoom, 'uiPort'>): Promise<void> {
  if (typeof uiPort === 'number') await chooseLocalPort(driverUiPort, uiPort);
}
