import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { joinWords } from '../../../errors/quote-argv.js';
import { noRequirements } from '../../../job/packages/find-requirements.js';
import { planBuild } from '../../../job/build.js';
import { createArgv } from '../../../kube/kubectl.js';
import type { WantedPort } from '../../../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { propertiesKey } from '../../../overlay/run-overlay.js';
import type { Argv } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { recordOutcome, type RunOutcome } from '../../../runs/record.js';
import type { RunIdentity } from '../../../runs/run-folder.js';
import { podFolder, withProcess, type PodProcess, scriptWords } from '../../../services/submit/pod-process.js';
import { requireService, type ReadyService } from '../../../services/submit/require-service.js';
import { asClient, planDriverJvm, type ClientLocation } from '../../../spark/client-line.js';
import type { DriverPorts } from '../../../spark/conf.js';
import { hideConf } from '../../../spark/submit-words.js';
import { inStep } from '../../../steps/apply.js';
import { showSteps } from '../../../steps/show.js';
import { removeRun } from '../../clean-up.js';
import { recordProgram } from '../../follow/run-log.js';
import { openScreen } from '../../follow/screen.js';
import { watchRun } from '../../follow/watch-run.js';
import { renderJob, type RenderedJob } from '../../rendered-job.js';
import { inClusterRun, planClusterRun, requireUiPort } from '../cluster-run.js';
import { answerWithPi, type ClusterRun, type Launcher } from '../launcher.js';
import { describeInPod } from '../submit-pod/launch.js';
import { claimSlot } from './driver-slot.js';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { SparkJob } from '../../../job/job.js';
import type { Host } from '../../../ports/host.js';
import { announceUi, openUiForward } from '../../../kube/port-forward/pod-forward.js';
import { explainClientEnd } from './explain-end.js';

/** Runs the driver in the submit pod: builds only the application. */
export const clientLauncher: Launcher<ClusterRun> = {
  async plan(run) {
    const build = await planBuild(run);
    const plan = planClusterRun(run, build);
    const steps = await describeInPod(run, { name: run.app.name, deployMode: 'client' }, (commands) => [
      { title: 'Reserve ports for the driver', why: 'drivers share the pod', commands: [createArgv(run.cluster)] },
      { title: 'Run the driver in the submit pod', why: 'it ends with this command', commands },
    ]);
    return { data: { ...plan, job: run.fit.job, steps }, text: [...build.fetches, ...showSteps(steps)] };
  },
  async launch(run) {
    const { host, cluster, uiPort, signal } = run;
    await requireUiPort(run);
    const service = await requireService(run, run.canAsk);
    return inClusterRun(run, ({ runId, folder }) =>
      runAsClient(run, service, { runId, folder, uiPort }, () => renderJob(host, cluster, folder, signal)),
    );
  },
  answer: answerWithPi,
  accept: acceptInClientMode,
};

/** The application's files are in its folder image/app. */
interface ClientRun extends RunIdentity {
  readonly uiPort: WantedPort | undefined;
}

/** Runs the driver in the submit service's pod and executors in their own pods; throws JOB_FAILED (exit 10) when it failed. */
export async function runAsClient(
  session: NamespaceSession,
  service: ReadyService,
  run: ClientRun,
  render: () => Promise<RenderedJob>,
): Promise<RunOutcome> {
  const { host, cluster } = session;
  const pod = service.pod.name;
  try {
    return await withProcess(session, pod, run, async (process) => {
      const job = await render();
      const startedAt = host.clock.now();
      const { driven, stagedAt } = await inStep(host, `Run the driver in ${pod}`, async (step) => {
        const ports = await claimSlot(session, run.runId, service);
        const [app, pyFiles] = await Promise.all([listInImage(run, 'app'), listInImage(run, 'extra/py')]);
        const { words, written } = planDriver(run, job, { pod, ports, pyFiles: Object.keys(pyFiles) });
        await process.stage({ copied: { ...app, ...pyFiles }, written });
        const stagedAt = host.clock.now();
        const driven = await drive(session, run, process, words, service, ports, step.progress);
        step.note(`executors: ${String(driven.executors.length)}`);
        return { driven, stagedAt };
      });
      const endedAt = host.clock.now();
      return recordOutcome(host, run, {
        ...driven,
        target: 'cluster',
        driver: pod,
        durationsMs: { stage: stagedAt - startedAt, job: endedAt - stagedAt, total: endedAt - startedAt },
      });
    });
  } finally {
    await removeRun(host, cluster, run.runId);
  }
}

/** The command in the pod, and files for the values that its arguments would reveal to other users. */
function planDriver(
  { runId }: ClientRun,
  { words: submitted, templates }: RenderedJob,
  location: Omit<ClientLocation, 'folder'>,
) {
  const folder = podFolder(runId);
  const { env, javaOptions } = planDriverJvm(submitted, `${folder}/java-options`);
  const line = hideConf(asClient(submitted, { ...location, folder }), `${folder}/${propertiesKey}`);
  const submit = ['/opt/entrypoint.sh', 'submit', ...line.words];
  // sourced by a shell
  const environment = Object.entries({ PYTHONUNBUFFERED: '1', ...env }).map(
    ([name, value]) => `export ${joinWords([`${name}=${value}`])}\n`,
  );
  return {
    words: scriptWords('. "$1" && shift && exec "$@"', `${folder}/environment`, ...submit),
    written: {
      ...templates,
      environment: environment.join(''),
      ...(javaOptions === undefined ? {} : { 'java-options': javaOptions }),
      ...(line.properties === undefined ? {} : { [propertiesKey]: line.properties }),
    },
  };
}

/** Files that the image would have; here they go into the run's folder in the pod. */
async function listInImage({ folder }: ClientRun, inside: string): Promise<Readonly<Record<string, string>>> {
  const found = join(folder, 'image', inside);
  const names = await readdir(found).catch(() => []);
  return Object.fromEntries(names.map((name) => [name, join(found, name)]));
}

async function drive(
  session: NamespaceSession,
  run: ClientRun,
  process: PodProcess,
  words: Argv,
  service: ReadyService,
  ports: DriverPorts,
  onTasks: (note: string) => void,
): Promise<Pick<RunOutcome, 'pi' | 'output' | 'startedSpark' | 'appId' | 'ui' | 'executors'>> {
  const { host, cluster } = session;
  const pod = service.pod.name;
  const kube = await host.kube(cluster);
  const over = new AbortController();
  const signal = AbortSignal.any([session.signal, over.signal]);
  const logFile = join(run.folder, 'driver.log');
  const watch = watchRun({ ...session, signal }, kube, { run, driverIn: pod });
  // no executor will start, and the driver would wait forever
  const hopeless = new AbortController();
  watch.end.catch((why: unknown) => {
    if (!signal.aborted) hopeless.abort(why);
  });
  const screen = openScreen(session, onTasks);
  const program = recordProgram(host, logFile, screen.sink);
  try {
    const target = { namespace: cluster.namespace, pod, port: ports.ui };
    const forward = await openUiForward(host, kube, target, run.uiPort);
    const announced = announceUi(host, forward, signal).then(() => screen.ask(forward.url, signal));
    announced.catch(() => undefined);
    try {
      const env = { ...cluster.childEnv, [runVariable]: run.folder };
      const inHope = AbortSignal.any([session.signal, hopeless.signal]);
      const options = { env, signal: inHope, logFile, ...program.streams };
      const { end, code } = await process.run(words, options).catch((error: unknown) => {
        throw hopeless.signal.aborted ? hopeless.signal.reason : error;
      });
      if (code !== 0) throw await explainClientEnd(kube, cluster, service, { end, code, logFile, ...program.seen() });
      const { pi, output, startedSpark } = program.seen();
      return { pi, output, startedSpark, ui: { url: forward.url }, ...watch.seen() };
    } finally {
      await forward.close();
    }
  } finally {
    screen.end();
    over.abort();
    await program.close();
  }
}

/** The driver is a process in an existing pod, so a job cannot have its own driver pod settings or image. */
export function acceptInClientMode(
  host: Host,
  job: SparkJob,
  { provider }: Pick<PreparedCluster, 'provider'>,
): SparkJob {
  if (provider.isShared)
    throw new SparkDevError('USAGE', 'On a shared cluster jobs run in cluster mode', {
      why: "Client mode needs the submit service, which only spark-dev's own cluster has.",
      fix: ['--deploy-mode cluster'],
    });
  const { driver, secrets, volumes } = job;
  const wanted = Object.entries({
    'driver.podTemplate': driver.podTemplate,
    'driver.nodeSelector': Object.keys(driver.nodeSelector)[0],
    files: job.files[0],
    data: job.data[0],
    jars: job.jars[0],
    pyFiles: job.pyFiles.find(({ at }) => at.where !== 'here'),
    archives: job.archives[0],
    secrets: secrets.find(({ on }) => on.includes('driver')),
    volumes: volumes.find(({ on }) => on.includes('driver')),
    with: job.requirements.named[0],
    'spark.jars.packages': job.conf['spark.jars.packages'],
    serviceAccount: job.serviceAccount,
    image: job.image,
    // its entry point cannot put anything before Spark's own jars
    'spark.driver.extraClassPath': job.conf['spark.driver.extraClassPath'],
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const files = [...job.requirements.files, ...job.requirements.projects];
  if (wanted.length === 0 && files.length > 0) host.ui.warn(`Not used in client mode: ${files.join(', ')}`);
  if (wanted.length === 0) return { ...job, requirements: noRequirements };
  throw new SparkDevError('USAGE', `${job.name.written} cannot run in client mode`, {
    why: `Its driver runs in the submit service's pod, so these cannot apply: ${wanted.join(', ')}.`,
    fix: ['--deploy-mode cluster', `Leave out ${wanted.join(', ')}`],
  });
}
