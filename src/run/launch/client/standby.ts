import { basename } from 'node:path';
import { bestEffort } from '../../../errors/disk-error.js';
import { buildApplication, type BuiltApplication } from '../../../job/build.js';
import type { BuiltMain } from '../../../job/job.js';
import { appInImage } from '../../../job/job-properties.js';
import { needsPackages } from '../../../job/packages/find-requirements.js';
import { askKubectl, runKubectl } from '../../../kube/kubectl.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { everyExitCode, type Argv } from '../../../ports/runner.js';
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
import { execArgv, planProcess, podFolder, scriptWords, withProcess } from '../../../services/submit/pod-process.js';
import { requireService, type ReadyService } from '../../../services/submit/require-service.js';
import { portsOf } from '../../../spark/conf.js';
import { driverFileArguments } from '../../../spark/image-layer.js';
import { removeRun } from '../../clean-up.js';
import { renderJob } from '../../rendered-job.js';
import { writeRunFiles } from '../../run-files.js';
import type { FitDecision } from '../../fit-run.js';
import { attachArgv, isServed, isServedVersion } from '../hand-over.js';
import { planClusterRun } from '../cluster-run.js';
import { findImagePython } from '../image-python.js';
import type { ClusterRun } from '../launcher.js';
import { layInPackages } from '../packages.js';
import { listNeedsOfPod } from './accept.js';
import { withTree } from './dev-tree.js';
import { claimSlot } from './driver-slot.js';
import { listInImage, planDriver, runInPod } from './launch.js';

interface ClusterFacts {
  readonly context: string;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly restarts: number;
  readonly slot: number;
  readonly memoryMb: number;
  /** For which it was started. */
  readonly fit: FitDecision;
}
export type ClusterStandby = Standby<ClusterFacts>;

type Asked = Pick<ClusterRun, 'host' | 'cluster' | 'job' | 'app' | 'overlay' | 'spark' | 'devPod'>;

/** Undefined for a job that no driver in the submit pod can serve. */
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

/** Ends the drivers that wait in this namespace, whatever for, and awaits the end of their executors. */
export async function endOnCluster(session: NamespaceSession): Promise<boolean> {
  const { host, cluster } = session;
  let ended = false;
  for (const one of await listStandbys<ClusterFacts>(host, 'cluster')) {
    const { pod, context, namespace } = one.facts;
    if (context !== cluster.context || namespace !== cluster.namespace || !(await takeStandby(one))) continue;
    const { end } = await planProcess(session, pod, one.runId);
    await askKubectl(session, end, { accept: everyExitCode });
    await removeRun(host, cluster, one.runId);
    ended = true;
  }
  return ended;
}

/** Builds the program and takes the driver for it; undefined if it cannot serve it, or another run was faster. */
export async function takeForProgram(run: ClusterRun, standby: ClusterStandby): Promise<BuiltApplication | undefined> {
  const { host, cluster } = run;
  // first: a program that does not compile leaves the driver to the next try
  const built = await buildApplication(run, async () => (await findImagePython(run, cluster.sparkImage)).python);
  if (!isServed(built.main) || (await run.devPod?.update(run, built)) === 'rebuilt') return undefined;
  if (!(await takeStandby(standby))) return undefined;
  host.ui.say(usesStandby);
  return built;
}

/** Runs the program in the driver that was taken for it; undefined if that is gone, and nothing has begun. */
export async function runOnStandby(
  run: ClusterRun,
  standby: ClusterStandby,
  built: BuiltApplication,
): Promise<RunOutcome | undefined> {
  const { host, cluster, job, uiPort } = run;
  const { runId, folder, facts } = standby;
  const { pod: name, uid, restarts, slot, memoryMb } = facts;
  const usual = { pod: { name, uid, restarts, ready: true }, image: cluster.sparkImage, memoryMb, clients: [] };
  const service = run.devPod?.now?.service ?? usual;
  return inRunFolder(host, runId, async () => {
    const plan = planClusterRun(run, built, standby);
    await writeRunFiles(folder, plan.files);
    const inPod = podFolder(runId);
    const { program, modules, copied } = await listProgram(run, standby, built);
    const where = { python: 'python3', driver: '/opt/driver', folder: inPod, program: `${inPod}/${program}` };
    const paths = modules.map((module) => `${inPod}/${module}`);
    const words = ['env', `SPARK_DEV_PY_FILES=${paths.join(',')}`, ...attachArgv(built.main, job, where)];
    const start = {
      words: run.devPod === undefined ? words : withTree(inPod, words),
      ports: portsOf(slot),
      copied,
      written: {},
      mayBeGone: true,
    };
    const outcome = await runInPod(run, service, { runId, folder, uiPort }, () => Promise.resolve(start));
    if (outcome === undefined) host.ui.say(standbyIsGone);
    return outcome;
  });
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
  const { host, cluster, app, signal } = run;
  if (clusterFingerprint(run) === undefined || (await findOnCluster(run)) !== undefined) return;
  const next = newRun(host, app.name);
  await bestEffort(host, 'Could not start a driver for the next run', () =>
    inRunFolder(host, next.runId, async () => {
      await endOnCluster(run);
      const { service, image } = await requirePod(run);
      const warm: BuiltMain = { kind: 'python', at: { where: 'image', path: '/opt/driver/warm.py' } };
      const brought = run.devPod === undefined ? run.job : await layInPackages(run);
      const job = { ...brought, arguments: [] };
      const plan = planClusterRun({ ...run, job }, { main: warm, pyFiles: [] }, next);
      // what it brings is in the pod
      await writeRunFiles(next.folder, { ...plan.files, copied: [] });
      const pod = service.pod.name;
      const ports = await claimSlot(run, next.runId, service);
      const { words, written } = planDriver(next, await renderJob(host, cluster, next.folder, signal), {
        pod,
        ports,
        pyFiles: [],
        image,
        files: image === undefined ? [] : driverFileArguments(job),
      });
      const line = image === undefined ? words : withTree(podFolder(next.runId), words);
      if (!(await startWaiting(run, pod, next, line, written))) {
        await removeRun(host, cluster, next.runId);
        return;
      }
      const { uid, restarts } = service.pod;
      const { context, namespace } = cluster;
      const slot = ports.ui - portsOf(0).ui;
      const { memoryMb } = service;
      const facts: ClusterFacts = { context, namespace, pod, uid, restarts, slot, memoryMb, fit: run.fit };
      const fingerprint = clusterFingerprint(run) ?? '';
      await noteStandby(host, next, { place: 'cluster', fingerprint, facts });
    }),
  );
}

/** Where the driver waits, and the image of its executors, if that is not the pod's by name. */
async function requirePod(run: ClusterRun): Promise<{ readonly service: ReadyService; readonly image?: string }> {
  const { devPod, cluster } = run;
  if (devPod === undefined) return { service: await requireService(run, 'agreed') };
  if (devPod.now === undefined)
    await devPod.update(
      run,
      await buildApplication(run, async () => (await findImagePython(run, cluster.sparkImage)).python),
    );
  if (devPod.now === undefined) throw new Error('an update leaves a pod');
  return devPod.now;
}

/** False if the image is of an older spark-dev, whose driver cannot wait. */
async function startWaiting(
  run: ClusterRun,
  pod: string,
  { runId, folder: local }: RunIdentity,
  words: Argv,
  written: Readonly<Record<string, string>>,
): Promise<boolean> {
  const folder = podFolder(runId);
  const start =
    'grep -q -- --standby /opt/driver/driver.py || exit 3; run=$1; shift; SPARK_DEV_STANDBY_FOLDER=$run setsid "$@" </dev/null >"$run/standby.log" 2>&1 & echo $! >"$run/pid"';
  return withProcess(run, pod, { runId, folder: local }, async (process) => {
    await process.stage({ written });
    const argv = execArgv(
      run.cluster,
      { pod, container: serviceContainer },
      'none',
      scriptWords(start, folder, ...words),
    );
    return (await runKubectl(run, argv, { accept: [3] })).exitCode === 0;
  });
}
