import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import { joinWords } from '../../../errors/quote-argv.js';
import { announceUi, openUiForward } from '../../../kube/port-forward/ui-forward.js';
import type { WantedPort } from '../../../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { propertiesKey } from '../../../overlay/run-overlay.js';
import type { Host } from '../../../ports/host.js';
import { everyExitCode, type Argv, type RunOptions } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { findPi, recordOutcome, type RunOutcome } from '../../../runs/record.js';
import type { RunIdentity } from '../../../runs/run-folder.js';
import { scriptWords } from '../../../services/submit/pod-exec.js';
import { endProcess, planProcess, stageFiles, type PodProcess } from '../../../services/submit/pod-process.js';
import { requireService, type ReadyService } from '../../../services/submit/require-service.js';
import { asClient, planDriverJvm } from '../../../spark/client-line.js';
import { hideConf } from '../../../spark/submit-words.js';
import { inStep } from '../../../steps/apply.js';
import { removeRun } from '../../clean-up.js';
import { watchRun } from '../../follow/watch-run.js';
import { renderJob, type RenderedJob } from '../../rendered-job.js';
import { inClusterRun, requireUiPort } from '../cluster-run.js';
import type { ClusterRun } from '../launcher.js';
import { claimSlot, type DriverSlot } from './driver-slot.js';
import { explainClientEnd } from './explain-client-end.js';

/** Runs the driver in the submit pod: builds only the application. */
export async function launchClient(host: Host, run: ClusterRun): Promise<RunOutcome> {
  const { cluster, uiPort, signal } = run;
  const session = { host, cluster, signal };
  await requireUiPort(run);
  const service = await requireService(session, run.canAsk);
  return inClusterRun(host, run, ({ runId, folder }) =>
    runAsClient(session, service, { runId, folder, uiPort }, () => renderJob(host, cluster, folder, signal)),
  );
}

/** The application's files are in its folder image/app. */
export interface ClientRun extends RunIdentity {
  readonly uiPort: WantedPort | undefined;
  readonly job: RenderedJob;
}

/** Runs the driver in the submit service's pod and executors in their own pods; throws JOB_FAILED (exit 10) when it failed. */
export async function runAsClient(
  session: NamespaceSession,
  service: ReadyService,
  identity: Omit<ClientRun, 'job'>,
  render: () => Promise<RenderedJob>,
): Promise<RunOutcome> {
  const { host, cluster } = session;
  const { pod } = service;
  const process = planProcess(cluster, pod.name, identity.runId);
  try {
    const run: ClientRun = { ...identity, job: await render() };
    const startedAt = host.clock.now();
    const { driven, stagedAt } = await inStep(host, `Run the driver in ${pod.name}`, async (step) => {
      const request = { runId: run.runId, namespace: cluster.namespace, home: cluster.home, pod };
      const slot = await claimSlot(session, request, service.clients);
      const { start, files } = planDriver(cluster, run, pod.name, slot);
      await stageFiles(session, process, run.folder, await listFiles(run, files));
      const stagedAt = host.clock.now();
      const driven = await drive(session, run, { ...process, driver: start }, service, slot);
      step.note(`executors: ${String(driven.executors.length)}`);
      return { driven, stagedAt };
    });
    const endedAt = host.clock.now();
    return await recordOutcome(host, run, {
      ...driven,
      output: undefined,
      target: 'cluster',
      driver: pod.name,
      durationsMs: { stage: stagedAt - startedAt, job: endedAt - stagedAt, total: endedAt - startedAt },
    });
  } catch (error) {
    await endProcess(session, process).catch(() => undefined);
    throw error;
  } finally {
    await removeRun(host, cluster, identity.runId);
  }
}

/** The command for the pod, and files for the values that its arguments would reveal to other users. */
export function planDriver(
  cluster: PreparedCluster,
  run: ClientRun,
  pod: string,
  slot: DriverSlot,
): { readonly start: Argv; readonly files: Readonly<Record<string, string>> } {
  const { folder, start } = planProcess(cluster, pod, run.runId);
  const launch = planDriverJvm(run.job.words, `${folder}/java-options`);
  const line = hideConf(asClient(run.job.words, { pod, ports: slot.ports, folder }), `${folder}/${propertiesKey}`);
  const submit = ['/opt/entrypoint.sh', 'submit', ...line.words];
  return {
    start: start(scriptWords('. "$1" && shift && exec "$@"', `${folder}/environment`, ...submit)),
    files: {
      environment: environmentText({ PYTHONUNBUFFERED: '1', ...launch.env }),
      ...(launch.javaOptions === undefined ? {} : { 'java-options': launch.javaOptions }),
      ...(line.properties === undefined ? {} : { [propertiesKey]: line.properties }),
    },
  };
}

/** Sourced by a shell. */
function environmentText(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${joinWords([`${name}=${value}`])}\n`)
    .join('');
}

async function listFiles(
  { folder, job }: ClientRun,
  files: Readonly<Record<string, string>>,
): Promise<Parameters<typeof stageFiles>[3]> {
  const app = join(folder, 'image', 'app');
  const names = await readdir(app).catch(() => []);
  const copied = Object.fromEntries(names.map((name) => [name, join(app, name)]));
  return { copied, written: { ...job.templates, ...files } };
}

type Driven = Pick<RunOutcome, 'pi' | 'appId' | 'ui' | 'executors'>;

async function drive(
  session: NamespaceSession,
  run: ClientRun,
  process: PodProcess & { readonly driver: Argv },
  service: ReadyService,
  slot: DriverSlot,
): Promise<Driven> {
  const { host, cluster, signal } = session;
  const pod = service.pod.name;
  const { namespace } = cluster;
  const kube = await host.kube(cluster);
  const over = new AbortController();
  const ours = AbortSignal.any([signal, over.signal]);
  const logFile = join(run.folder, 'driver.log');
  const watch = watchRun(host, kube, cluster, { run, driverIn: pod, signal: ours });
  // no executor will start, and the driver would wait forever
  const hopeless = new AbortController();
  watch.end.catch((why: unknown) => {
    if (!ours.aborted) hopeless.abort(why);
  });
  let pi: number | undefined;
  const onLine = (line: string): void => {
    pi = findPi(line) ?? pi;
    host.ui.log(line);
  };
  try {
    const forward = await openUiForward(host, kube, { namespace, pod, port: slot.ports.ui }, run.uiPort);
    void announceUi(host, forward, ours);
    try {
      const env = { ...cluster.childEnv, [runVariable]: run.folder };
      const inHope = AbortSignal.any([signal, hopeless.signal]);
      const options: RunOptions = {
        ...{ env, holdsStdin: true, accept: everyExitCode, signal: inHope, logFile, onLine },
        drained: () => host.ui.drained(),
      };
      const end = await host.runner.run(process.driver, options).catch((error: unknown) => {
        throw hopeless.signal.aborted ? hopeless.signal.reason : error;
      });
      const code = await endProcess(session, process);
      if (code !== 0) throw await explainClientEnd(kube, cluster, service, { end, code, logFile });
      return { pi, ui: { url: forward.url }, ...watch.seen() };
    } finally {
      await forward.close();
    }
  } finally {
    over.abort();
  }
}
