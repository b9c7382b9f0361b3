import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { joinWords } from '../../../errors/quote-argv.js';
import { planBuild } from '../../../job/build.js';
import { createArgv } from '../../../kube/kubectl.js';
import type { WantedPort } from '../../../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { propertiesKey } from '../../../overlay/run-overlay.js';
import type { Argv } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { recordOutcome, type RunOutcome } from '../../../runs/record.js';
import type { RunIdentity } from '../../../runs/run-folder.js';
import {
  podFolder,
  withProcess,
  type PodProcess,
  type StagedFiles,
  scriptWords,
} from '../../../services/submit/pod-process.js';
import { requireService, type ReadyService } from '../../../services/submit/require-service.js';
import { asClient, planDriverJvm, type ClientLocation } from '../../../spark/client-line.js';
import type { DriverPorts } from '../../../spark/conf.js';
import { hideConf } from '../../../spark/submit-words.js';
import { inStep } from '../../../steps/apply.js';
import { showSteps } from '../../../steps/show.js';
import { cleanRunArgvs, removeRun } from '../../clean-up.js';
import { recordProgram } from '../../follow/run-log.js';
import { openScreen } from '../../follow/screen.js';
import { watchRun } from '../../follow/watch-run.js';
import { renderJob, type RenderedJob } from '../../rendered-job.js';
import { inClusterRun, planClusterRun, requireUiPort } from '../cluster-run.js';
import { answerWithPi, type ClusterRun, type Launcher } from '../launcher.js';
import { describeInPod } from '../submit-pod/launch.js';
import { acceptInClientMode } from './accept.js';
import { claimSlot } from './driver-slot.js';
import { announceUi, openUiForward } from '../../../kube/port-forward/pod-forward.js';
import { explainClientEnd, type DriverPlace } from './explain-end.js';

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
export interface ClientRun extends RunIdentity {
  readonly uiPort?: WantedPort | undefined;
}

/** Runs the driver in the submit service's pod and executors in their own pods; throws JOB_FAILED (exit 10) when it failed. */
export async function runAsClient(
  session: NamespaceSession,
  service: ReadyService,
  run: ClientRun,
  render: () => Promise<RenderedJob>,
): Promise<RunOutcome> {
  const outcome = await runInPod(session, service, run, async () => {
    const job = await render();
    const ports = await claimSlot(session, run.runId, service);
    const [app, pyFiles] = await Promise.all([listInImage(run, 'app'), listInImage(run, 'extra/py')]);
    const pod = service.pod.name;
    const { words, written } = planDriver(run, job, { pod, ports, pyFiles: Object.keys(pyFiles) });
    return { words, ports, copied: { ...app, ...pyFiles }, written };
  });
  if (outcome === undefined) throw new Error('a driver of its own always takes its program');
  return outcome;
}

/** What a program in the submit pod is started with. */
interface PodStart extends StagedFiles {
  readonly words: Argv;
  /** Its pod may have been removed since it was last seen. */
  readonly mayBeGone?: boolean;
  readonly ports: DriverPorts;
}

/** Undefined if a driver that stood by was gone, and nothing has begun. */
export async function runInPod(
  session: NamespaceSession,
  service: DriverPlace,
  run: ClientRun,
  prepare: () => Promise<PodStart>,
): Promise<RunOutcome | undefined> {
  const { host, cluster } = session;
  const pod = service.pod.name;
  try {
    return await withProcess(session, pod, run, async (process) => {
      const startedAt = host.clock.now();
      const { driven, stagedAt } = await inStep(host, `Run the driver in ${pod}`, async (step) => {
        const { words, ports, mayBeGone = false, ...files } = await prepare();
        const isEmpty = Object.keys({ ...files.copied, ...files.written }).length === 0;
        const isThere = await (isEmpty ? Promise.resolve() : process.stage(files)).then(
          () => true,
          (error: unknown) => {
            if (!mayBeGone || session.signal.aborted) throw error;
            return false;
          },
        );
        const stagedAt = host.clock.now();
        const driven = isThere ? await drive(session, run, process, words, service, ports, step.progress) : undefined;
        if (driven !== undefined) step.note(`executors: ${String(driven.executors.length)}`);
        return { driven, stagedAt };
      });
      if (driven === undefined) return undefined;
      const endedAt = host.clock.now();
      return recordOutcome(host, run, {
        ...driven,
        target: 'cluster',
        driver: pod,
        durationsMs: { stage: stagedAt - startedAt, job: endedAt - stagedAt, total: endedAt - startedAt },
      });
    });
  } finally {
    // nobody waits for a pod of its own
    const isAwaited = service.runId === undefined || session.signal.aborted;
    await removeRun(host, cluster, run.runId, isAwaited ? undefined : cleanRunArgvs(cluster, run.runId, true));
  }
}

/** The command in the pod, and files for the values that its arguments would reveal to other users. */
export function planDriver(
  { runId }: ClientRun,
  { words: submitted, templates }: RenderedJob,
  {
    image,
    ...location
  }: Omit<ClientLocation, 'folder'> & {
    /** Of executors, if it is not the pod's. */
    readonly image?: string | undefined;
  },
) {
  const folder = podFolder(runId);
  const { env, javaOptions } = planDriverJvm(submitted, `${folder}/java-options`);
  const line = hideConf(asClient(submitted, { ...location, folder }), `${folder}/${propertiesKey}`);
  const submit = ['/opt/entrypoint.sh', 'submit', ...line.words];
  // sourced by a shell
  const environment = Object.entries({ PYTHONUNBUFFERED: '1', SPARK_IMAGE: image, ...env }).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${joinWords([`${name}=${value}`])}\n`],
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
export async function listInImage({ folder }: ClientRun, inside: string): Promise<Readonly<Record<string, string>>> {
  const found = join(folder, 'image', inside);
  const names = await readdir(found).catch(() => []);
  return Object.fromEntries(names.map((name) => [name, join(found, name)]));
}

async function drive(
  session: NamespaceSession,
  run: ClientRun,
  process: PodProcess,
  words: Argv,
  service: DriverPlace,
  ports: DriverPorts,
  onTasks: (note: string) => void,
): Promise<Pick<RunOutcome, 'pi' | 'output' | 'spark' | 'appId' | 'ui' | 'executors'> | undefined> {
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
        if (session.signal.aborted)
          throw new SparkDevError('INTERRUPTED', `Run ${run.runId} was interrupted`, { log: logFile });
        throw hopeless.signal.aborted ? hopeless.signal.reason : error;
      });
      if (program.seen().note?.ended === 'standby') return undefined;
      if (code !== 0) throw await explainClientEnd(kube, cluster, service, { end, code, logFile, ...program.seen() });
      const { pi, output, spark, note } = program.seen();
      const used = note?.context === false ? { executors: [], appId: undefined } : watch.seen();
      return { pi, output, spark, ui: { url: forward.url }, ...used };
    } finally {
      await forward.close();
    }
  } finally {
    screen.end();
    await watch.keep();
    over.abort();
    await program.close();
  }
}
