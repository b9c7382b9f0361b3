import { basename } from 'node:path';
import { bestEffort } from '../../../errors/disk-error.js';
import { sparkPods } from '../../../fit/spark-pods.js';
import type { BuiltApplication } from '../../../job/build.js';
import type { BuiltMain } from '../../../job/job.js';
import { appInImage } from '../../../job/job-properties.js';
import { needsPackages } from '../../../job/packages/find-requirements.js';
import { askKubectl, runKubectl } from '../../../kube/kubectl.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { everyExitCode } from '../../../ports/runner.js';
import type { RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun, type RunIdentity } from '../../../runs/run-folder.js';
import {
  fingerprintOf,
  forgetStandby,
  listStandbys,
  noteStandby,
  takeStandby,
  standbyIsGone,
  usesStandby,
  type Standby,
} from '../../../runs/standby.js';
import { serviceContainer } from '../../../services/submit/observe-service.js';
import { execArgv, planProcess, podFolder, scriptWords, withProcess } from '../../../services/submit/pod-process.js';
import { portsOf } from '../../../spark/conf.js';
import { driverFileArguments } from '../../../spark/image-layer.js';
import { removeRun } from '../../clean-up.js';
import { renderJob } from '../../rendered-job.js';
import { writeRunFiles } from '../../run-files.js';
import type { FitDecision } from '../../fit-run.js';
import { attachArgv, isServed, isServedVersion } from '../hand-over.js';
import { buildForCluster, planClusterRun, specOf } from '../cluster-run.js';
import type { ClusterRun } from '../launcher.js';
import { layInPackages } from '../packages.js';
import { listNeedsOfPod } from './accept.js';
import { withTree } from './dev-tree.js';
import { claimSlot } from './driver-slot.js';
import { listInImage, planDriver, runInPod } from './launch.js';
import { startStandbyPod } from './standby-pod.js';

interface ClusterFacts {
  readonly context: string;
  readonly namespace: string;
  readonly pod: string;
  /** In a pod that it shares: which of its ports it has. */
  readonly slot?: number;
  readonly memoryMb: number;
  /** For which it was started. */
  readonly fit: FitDecision;
}
export type ClusterStandby = Standby<ClusterFacts>;

type Asked = Pick<ClusterRun, 'host' | 'cluster' | 'job' | 'app' | 'overlay' | 'spark' | 'devPod'>;

/** Undefined for a job that no waiting driver can serve. */
export function clusterFingerprint({ cluster, job, overlay, devPod }: Asked): string | undefined {
  if (cluster.provider.isShared || job.sharesFolder || job.main.kind === 'r' || job.main.kind === 'class')
    return undefined;
  const hasImage = devPod !== undefined;
  if (!isServedVersion(cluster.sparkVersion) || listNeedsOfPod(job, hasImage).length > 0) return undefined;
  if (!hasImage && needsPackages(job.requirements)) return undefined;
  const { context, namespace, home, sparkImage } = cluster;
  const settings = { ...job, main: undefined, sources: undefined, arguments: undefined, deployMode: undefined };
  return fingerprintOf([context, namespace, home, sparkImage, settings, overlay, devPod?.now ?? ''], { runId: '-' });
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
    const { context, namespace, pod, slot } = one.facts;
    if (context !== cluster.context || !(await takeStandby(one))) continue;
    const there = { ...cluster, namespace };
    if (slot !== undefined) {
      const { end } = await planProcess({ host, cluster: there }, pod, one.runId);
      await askKubectl({ host, cluster: there }, end, { accept: everyExitCode });
    }
    await removeRun(host, there, one.runId);
    await forgetStandby(one);
    ended = true;
  }
  return ended;
}

/** Builds the program and takes the driver for it; undefined if it cannot serve it, or another run was faster. */
export async function takeForProgram(run: ClusterRun, standby: ClusterStandby): Promise<BuiltApplication | undefined> {
  // first: a program that does not compile leaves the driver to the next try
  const built = await buildForCluster(run);
  if (!isServed(built.main) || (await run.devPod?.update(run, built)) === 'rebuilt') return undefined;
  if (!(await takeStandby(standby))) return undefined;
  run.host.ui.say(usesStandby);
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
  const own = { pod: { name: facts.pod, restarts: 0 }, memoryMb: facts.memoryMb, runId };
  const place = run.devPod?.now?.service ?? own;
  const serve = async (): Promise<RunOutcome | undefined> => {
    const plan = planClusterRun(run, built, standby);
    await writeRunFiles(folder, plan.files);
    const inPod = podFolder(runId);
    const { program, modules, copied } = await listProgram(run, standby, built);
    const where = { python: 'python3', driver: '/opt/driver', folder: inPod, program: `${inPod}/${program}` };
    const paths = modules.map((module) => `${inPod}/${module}`);
    const words = ['env', `SPARK_DEV_PY_FILES=${paths.join(',')}`, ...attachArgv(built.main, job, where)];
    const start = {
      words: run.devPod === undefined ? words : withTree(inPod, words),
      ports: portsOf(facts.slot ?? 0),
      copied,
      written: {},
      mayBeGone: true,
    };
    const outcome = await runInPod(run, place, { runId, folder, uiPort }, () => Promise.resolve(start));
    if (outcome === undefined) host.ui.say(standbyIsGone);
    return outcome;
  };
  return inRunFolder(host, runId, serve, specOf(run));
}

/** Its files in the folder of the run in the pod, and those that are not there yet. */
async function listProgram({ devPod, job }: ClusterRun, standby: RunIdentity, { main, pyFiles }: BuiltApplication) {
  if (devPod !== undefined) {
    const program = 'at' in main && main.at.where === 'here' ? appInImage(job, main.at.path) : '';
    const modules = pyFiles.flatMap(({ at }) => (at.where === 'here' ? [`py/${basename(at.path)}`] : []));
    return { program, modules, copied: {} };
  }
  const [app, extra] = await Promise.all([listInImage(standby, 'app'), listInImage(standby, 'extra/py')]);
  return { program: Object.keys(app)[0] ?? '', modules: Object.keys(extra), copied: { ...app, ...extra } };
}

/** Starts the driver that the next run of this job takes. Needs nobody, and ends by itself. */
export async function leaveOnCluster(run: ClusterRun): Promise<void> {
  const { host, cluster, app } = run;
  if (clusterFingerprint(run) === undefined || (await findOnCluster(run)) !== undefined) return;
  const next = newRun(host, app.name);
  await bestEffort(host, 'Could not start a driver for the next run', () =>
    inRunFolder(host, next.runId, async () => {
      await endOnCluster(run);
      let waits = false;
      try {
        const place = await startPod(run, next.runId);
        waits = await startWaiting(run, place, next);
        const { context, namespace } = cluster;
        const { pod, memoryMb, slot } = place;
        const facts: ClusterFacts = {
          context,
          namespace,
          pod,
          memoryMb,
          fit: run.fit,
          ...(slot === undefined ? {} : { slot }),
        };
        // with the pod of a `dev`, which may have begun just now
        const fingerprint = clusterFingerprint(run) ?? '';
        if (waits) await noteStandby(host, next, { place: 'cluster', fingerprint, facts });
      } finally {
        if (!waits) await removeRun(host, cluster, next.runId);
      }
    }),
  );
}

interface WaitingPlace extends Pick<ClusterFacts, 'pod' | 'memoryMb' | 'slot'> {
  /** Of executors, if it is not the pod's. */
  readonly image?: string;
}

/** A pod of its own, or ports in that of a `dev`. */
async function startPod(run: ClusterRun, runId: string): Promise<WaitingPlace> {
  const { devPod, fit } = run;
  if (devPod === undefined) {
    const { driver } = sparkPods(fit.job);
    return { pod: await startStandbyPod(run, runId, driver), memoryMb: driver.limits.memoryMb };
  }
  if (devPod.now === undefined) await devPod.update(run, await buildForCluster(run));
  if (devPod.now === undefined) throw new Error('an update leaves a pod');
  const { service, image } = devPod.now;
  const ports = await claimSlot(run, runId, service);
  return { pod: service.pod.name, memoryMb: service.memoryMb, slot: ports.ui - portsOf(0).ui, image };
}

/** False if the image is of an older spark-dev, whose driver cannot wait. */
async function startWaiting(
  run: ClusterRun,
  { pod, slot = 0, image }: WaitingPlace,
  next: RunIdentity,
): Promise<boolean> {
  const { host, cluster, signal } = run;
  const warm: BuiltMain = { kind: 'python', at: { where: 'image', path: '/opt/driver/warm.py' } };
  const brought = image === undefined ? run.job : await layInPackages(run);
  const plan = planClusterRun({ ...run, job: { ...brought, arguments: [] } }, { main: warm, pyFiles: [] }, next);
  // what it brings is in the pod
  await writeRunFiles(next.folder, { ...plan.files, copied: [] });
  const job = await renderJob(host, cluster, next.folder, signal);
  const files = image === undefined ? [] : driverFileArguments(brought);
  const { words, written } = planDriver(next, job, { pod, ports: portsOf(slot), pyFiles: [], image, files });
  const line = image === undefined ? words : withTree(podFolder(next.runId), words);
  const start =
    'grep -q -- --standby /opt/driver/driver.py || exit 3; run=$1; shift; SPARK_DEV_STANDBY_FOLDER=$run setsid "$@" </dev/null >"$run/standby.log" 2>&1 & echo $! >"$run/pid"';
  return withProcess(run, pod, next, async (process) => {
    await process.stage({ written });
    const inPod = scriptWords(start, podFolder(next.runId), ...line);
    const argv = execArgv(cluster, { pod, container: serviceContainer }, 'none', inPod);
    return (await runKubectl(run, argv, { accept: [3] })).exitCode === 0;
  });
}
