import { bestEffort } from '../../../errors/disk-error.js';
import { sparkPods } from '../../../fit/spark-pods.js';
import { buildApplication, type BuiltApplication } from '../../../job/build.js';
import type { BuiltMain } from '../../../job/job.js';
import { runKubectl } from '../../../kube/kubectl.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun, type RunIdentity } from '../../../runs/run-folder.js';
import {
  fingerprintOf,
  listStandbys,
  noteStandby,
  takeStandby,
  standbyIsGone,
  usesStandby,
  type Standby,
} from '../../../runs/standby.js';
import { serviceContainer } from '../../../services/submit/observe-service.js';
import { execArgv, podFolder, scriptWords, withProcess } from '../../../services/submit/pod-process.js';
import { portsOf } from '../../../spark/conf.js';
import { removeRun } from '../../clean-up.js';
import { renderJob } from '../../rendered-job.js';
import { writeRunFiles } from '../../run-files.js';
import type { FitDecision } from '../../fit-run.js';
import { attachArgv, isServed, isServedVersion } from '../hand-over.js';
import { planClusterRun, specOf } from '../cluster-run.js';
import { findImagePython } from '../image-python.js';
import type { ClusterRun } from '../launcher.js';
import { listNeedsOfPod } from './accept.js';
import { listInImage, planDriver, runInPod } from './launch.js';
import { startStandbyPod } from './standby-pod.js';

interface ClusterFacts {
  readonly context: string;
  readonly namespace: string;
  readonly pod: string;
  readonly memoryMb: number;
  /** For which it was started. */
  readonly fit: FitDecision;
}
export type ClusterStandby = Standby<ClusterFacts>;

type Asked = Pick<ClusterRun, 'host' | 'cluster' | 'job' | 'app' | 'overlay' | 'spark'>;

/** Undefined for a job that no waiting driver can serve. */
export function clusterFingerprint({ cluster, job, overlay }: Asked): string | undefined {
  if (cluster.provider.isShared || job.sharesFolder || job.main.kind === 'r' || job.main.kind === 'class')
    return undefined;
  if (!isServedVersion(cluster.sparkVersion) || job.requirements.named.length > 0 || listNeedsOfPod(job).length > 0)
    return undefined;
  const { context, namespace, home, sparkImage } = cluster;
  const settings = { ...job, main: undefined, sources: undefined, arguments: undefined, deployMode: undefined };
  return fingerprintOf([context, namespace, home, sparkImage, settings, overlay], { runId: '-' });
}

/** A driver that waits for this job. */
export async function findOnCluster(asked: Asked): Promise<ClusterStandby | undefined> {
  const fingerprint = clusterFingerprint(asked);
  const waiting = await listStandbys<ClusterFacts>(asked.host, 'cluster');
  return waiting.find((one) => one.fingerprint === fingerprint && !one.isExpired);
}

/** Ends the drivers that wait in this cluster, whatever for, and awaits the end of their executors. */
export async function endOnCluster({ host, cluster }: Pick<NamespaceSession, 'host' | 'cluster'>): Promise<boolean> {
  let ended = false;
  for (const one of await listStandbys<ClusterFacts>(host, 'cluster')) {
    const { context, namespace } = one.facts;
    if (context !== cluster.context || !(await takeStandby(one))) continue;
    await removeRun(host, { ...cluster, namespace }, one.runId);
    ended = true;
  }
  return ended;
}

/** Builds the program and takes the driver for it; undefined if it cannot serve it, or another run was faster. */
export async function takeForProgram(run: ClusterRun, standby: ClusterStandby): Promise<BuiltApplication | undefined> {
  const { host, cluster } = run;
  // first: a program that does not compile leaves the driver to the next try
  const built = await buildApplication(run, async () => (await findImagePython(run, cluster.sparkImage)).python);
  if (!isServed(built.main) || !(await takeStandby(standby))) return undefined;
  host.ui.say(usesStandby);
  return built;
}

/** Runs the program in the driver that was taken for it; undefined if that is gone, and nothing has begun. */
export async function runOnStandby(
  run: ClusterRun,
  standby: ClusterStandby,
  built: BuiltApplication,
): Promise<RunOutcome | undefined> {
  const { host, job, uiPort } = run;
  const { runId, folder, facts } = standby;
  const place = { pod: { name: facts.pod, restarts: 0 }, memoryMb: facts.memoryMb, runId };
  const serve = async (): Promise<RunOutcome | undefined> => {
    const plan = planClusterRun(run, built, standby);
    await writeRunFiles(folder, plan.files);
    const [app, pyFiles] = await Promise.all([listInImage(standby, 'app'), listInImage(standby, 'extra/py')]);
    const inPod = podFolder(runId);
    const program = `${inPod}/${Object.keys(app)[0] ?? ''}`;
    const words = attachArgv(built.main, job, { python: 'python3', driver: '/opt/driver', folder: inPod, program });
    const modules = Object.keys(pyFiles).map((module) => `${inPod}/${module}`);
    const start = {
      words: ['env', `SPARK_DEV_PY_FILES=${modules.join(',')}`, ...words],
      ports: portsOf(0),
      copied: { ...app, ...pyFiles },
      written: {},
      mayBeGone: true,
    };
    const outcome = await runInPod(run, place, { runId, folder, uiPort }, () => Promise.resolve(start));
    if (outcome === undefined) host.ui.say(standbyIsGone);
    return outcome;
  };
  return inRunFolder(host, runId, serve, specOf(run));
}

/** Starts the driver that the next run of this job takes. Needs nobody, and ends by itself. */
export async function leaveOnCluster(run: ClusterRun): Promise<void> {
  const { host, cluster, app } = run;
  const fingerprint = clusterFingerprint(run);
  if (fingerprint === undefined || (await findOnCluster(run)) !== undefined) return;
  const next = newRun(host, app.name);
  await bestEffort(host, 'Could not start a driver for the next run', () =>
    inRunFolder(host, next.runId, async () => {
      await endOnCluster(run);
      const { driver } = sparkPods(run.fit.job);
      let waits = false;
      try {
        const pod = await startStandbyPod(run, next.runId, driver);
        waits = await startWaiting(run, pod, next);
        const { context, namespace } = cluster;
        const facts: ClusterFacts = { context, namespace, pod, memoryMb: driver.limits.memoryMb, fit: run.fit };
        if (waits) await noteStandby(host, next, { place: 'cluster', fingerprint, facts });
      } finally {
        if (!waits) await removeRun(host, cluster, next.runId);
      }
    }),
  );
}

/** False if the image is of an older spark-dev, whose driver cannot wait. */
async function startWaiting(run: ClusterRun, pod: string, next: RunIdentity): Promise<boolean> {
  const { host, cluster, signal } = run;
  const warm: BuiltMain = { kind: 'python', at: { where: 'image', path: '/opt/driver/warm.py' } };
  const plan = planClusterRun({ ...run, job: { ...run.job, arguments: [] } }, { main: warm, pyFiles: [] }, next);
  await writeRunFiles(next.folder, plan.files);
  const job = await renderJob(host, cluster, next.folder, signal);
  const { words, written } = planDriver(next, job, { pod, ports: portsOf(0), pyFiles: [] });
  const start =
    'grep -q -- --standby /opt/driver/driver.py || exit 3; run=$1; shift; SPARK_DEV_STANDBY_FOLDER=$run setsid "$@" </dev/null >"$run/standby.log" 2>&1 & echo $! >"$run/pid"';
  return withProcess(run, pod, next, async (process) => {
    await process.stage({ written });
    const inPod = scriptWords(start, podFolder(next.runId), ...words);
    const argv = execArgv(cluster, { pod, container: serviceContainer }, 'none', inPod);
    return (await runKubectl(run, argv, { accept: [3] })).exitCode === 0;
  });
}
