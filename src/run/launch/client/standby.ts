import { bestEffort } from '../../../errors/disk-error.js';
import { buildApplication } from '../../../job/build.js';
import type { BuiltMain, SparkJob } from '../../../job/job.js';
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
  usesStandby,
  type Standby,
} from '../../../runs/standby.js';
import { serviceContainer } from '../../../services/submit/observe-service.js';
import { execArgv, planProcess, podFolder, scriptWords, withProcess } from '../../../services/submit/pod-process.js';
import { requireService } from '../../../services/submit/require-service.js';
import { portsOf } from '../../../spark/conf.js';
import { removeRun } from '../../clean-up.js';
import { renderJob } from '../../rendered-job.js';
import { writeRunFiles } from '../../run-files.js';
import { planClusterRun } from '../cluster-run.js';
import { findImagePython } from '../image-python.js';
import type { ClusterRun } from '../launcher.js';
import { listNeedsOfPod } from './accept.js';
import { claimSlot } from './driver-slot.js';
import { listInImage, planDriver, runInPod } from './launch.js';

type Asked = Pick<ClusterRun, 'host' | 'cluster' | 'job' | 'app' | 'overlay' | 'spark'>;

/** Undefined for a job that no driver in the submit pod can serve. */
export function clusterFingerprint({ cluster, job, overlay }: Asked): string | undefined {
  if (cluster.provider.isShared || job.sharesFolder || job.main.kind === 'r' || job.main.kind === 'class')
    return undefined;
  if (job.requirements.named.length > 0 || listNeedsOfPod(job).length > 0) return undefined;
  const { context, namespace, home, sparkImage } = cluster;
  const settings = { ...job, main: undefined, sources: undefined, arguments: undefined, deployMode: undefined };
  return fingerprintOf([context, namespace, home, sparkImage, settings, overlay], { runId: '-', folder: '-' });
}

function isServed(main: BuiltMain): boolean {
  return main.kind === 'python' || (main.kind === 'jar' && main.mainClass !== undefined);
}

/** In the pod, as planned by `leaveOnCluster`; `app` is the program's file there. */
function attachArgv(folder: string, main: BuiltMain, job: SparkJob, app: string): Argv {
  const start = ['python3', '-IS', '/opt/driver/driver.py', '--attach', folder];
  if (!('mainClass' in main)) return [...start, 'python', app, ...job.arguments];
  const caller = '/opt/driver/start/jvm_main.py';
  return [...start, 'java', caller, main.mainClass ?? '', app, '--', ...job.arguments];
}

/** A driver that waits for this job. */
export async function findOnCluster(asked: Asked): Promise<Standby | undefined> {
  const fingerprint = clusterFingerprint(asked);
  const waiting = await listStandbys(asked.host);
  return waiting.find((one) => one.fingerprint === fingerprint && !one.isExpired);
}

/** Ends the drivers that wait in this namespace, whatever for, and awaits the end of their executors. */
export async function endOnCluster(session: NamespaceSession): Promise<boolean> {
  const { host, cluster } = session;
  let ended = false;
  for (const one of await listStandbys(host)) {
    const { pod, context, namespace } = one.facts;
    if (context !== cluster.context || namespace !== cluster.namespace || !(await takeStandby(one))) continue;
    const { end } = await planProcess(session, String(pod), one.runId);
    await askKubectl(session, end, { accept: everyExitCode });
    await removeRun(host, cluster, one.runId);
    ended = true;
  }
  return ended;
}

/** Runs the program in a driver that waits; undefined if that is gone, and nothing has begun. */
export async function runOnStandby(run: ClusterRun, standby: Standby): Promise<RunOutcome | undefined> {
  const { host, cluster, job, uiPort } = run;
  const { runId, folder, facts } = standby;
  const pod = {
    name: String(facts['pod']),
    uid: String(facts['uid']),
    ready: true,
    restarts: Number(facts['restarts']),
  };
  const service = { pod, image: cluster.sparkImage, memoryMb: Number(facts['memoryMb']), clients: [] };
  const built = await buildApplication(run, async () => (await findImagePython(run, cluster.sparkImage)).python);
  // only now: a program that does not compile leaves it to the next try
  if (!isServed(built.main) || !(await takeStandby(standby))) return undefined;
  host.ui.say(usesStandby);
  return inRunFolder(host, runId, async () => {
    const plan = planClusterRun(run, built, standby);
    await writeRunFiles(folder, plan.files);
    const [app, pyFiles] = await Promise.all([listInImage(standby, 'app'), listInImage(standby, 'extra/py')]);
    const [name = ''] = Object.keys(app);
    const words = attachArgv(podFolder(runId), built.main, job, `${podFolder(runId)}/${name}`);
    const modules = Object.keys(pyFiles).map((name) => `${podFolder(runId)}/${name}`);
    const start = {
      words: ['env', `SPARK_DEV_PY_FILES=${modules.join(',')}`, ...words],
      ports: portsOf(Number(facts['slot'])),
      copied: { ...app, ...pyFiles },
      written: {},
    };
    return runInPod(run, service, { runId, folder, uiPort }, () => Promise.resolve(start));
  });
}

/** Starts the driver that the next run of this job takes. Needs nobody, and ends by itself. */
export async function leaveOnCluster(run: ClusterRun): Promise<void> {
  const { host, cluster, app, signal } = run;
  const fingerprint = clusterFingerprint(run);
  if (fingerprint === undefined || (await findOnCluster(run)) !== undefined) return;
  const next = newRun(host, app.name);
  await bestEffort(host, 'Could not start a driver for the next run', () =>
    inRunFolder(host, next.runId, async () => {
      await endOnCluster(run);
      const service = await requireService(run, 'agreed');
      const warm: BuiltMain = { kind: 'python', at: { where: 'image', path: '/opt/driver/warm.py' } };
      const job = { ...run.job, arguments: [] };
      const plan = planClusterRun({ ...run, job }, { main: warm, pyFiles: [] }, next);
      await writeRunFiles(next.folder, plan.files);
      const pod = service.pod.name;
      const ports = await claimSlot(run, next.runId, service);
      const { words, written } = planDriver(next, await renderJob(host, cluster, next.folder, signal), {
        pod,
        ports,
        pyFiles: [],
      });
      if (!(await startWaiting(run, pod, next, words, written))) {
        await removeRun(host, cluster, next.runId);
        return;
      }
      const { uid, restarts } = service.pod;
      const slot = ports.ui - portsOf(0).ui;
      const { context, namespace } = cluster;
      const facts = {
        context,
        namespace,
        pod,
        uid,
        restarts,
        slot,
        memoryMb: service.memoryMb,
        fit: JSON.stringify(run.fit),
      };
      await noteStandby(host, { ...next, fingerprint, facts });
    }),
  );
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
