import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../../cluster/prepared.js';
import type { WantedPort } from '../../forward/local-port.js';
import { announceUi, openUiForward } from '../../forward/ui-forward.js';
import type { Reach } from '../../namespaces/reach.js';
import { everyExitCode, type Argv, type RunOptions } from '../../ports/runner.js';
import { keepRecord } from '../../runs/keep-record.js';
import { runVariable } from '../../runs/live-run.js';
import { findPiLine, type RunOutcome } from '../../spark/run-result.js';
import { endProcess, planProcess, stageFiles, type PodProcess } from '../process/pod-process.js';
import { removeRun, removeRunArgv } from '../remove-run.js';
import type { RenderedJob } from '../rendered-job.js';
import type { ServiceInReach } from '../service/require-service.js';
import { asClient, launchEnv } from './as-client.js';
import { claimSlot, type DriverSlot } from './driver-slot.js';
import { explainClientEnd } from './explain-client-end.js';
import { watchExecutors } from './watch-executors.js';

export interface ClientRun {
  readonly runId: string;
  /** On this machine: logs and the result; the application's files in image/app. */
  readonly folder: string;
  readonly uiPort: WantedPort | undefined;
  readonly job: RenderedJob;
}

/** The driver in the submit service's pod, its executors in pods of their own; throws JOB_FAILED (exit 10) when it ended badly. */
export async function runAsClient(reach: Reach, service: ServiceInReach, run: ClientRun): Promise<RunOutcome> {
  const { host, cluster } = reach;
  const { pod } = service;
  const process = planProcess(cluster, pod.name, run.runId);
  const step = host.ui.step(`Run the driver in ${pod.name}`);
  try {
    const startedAt = host.clock.now();
    const wish = { runId: run.runId, namespace: cluster.namespace, pod };
    const slot = await claimSlot(reach, wish, service.clients);
    await stageFiles(reach, process, run.folder, await listFiles(run));
    const stagedAt = host.clock.now();
    const driven = await drive(reach, run, process, service, slot);
    step.done(`executors: ${String(driven.executors.length)}`);
    const endedAt = host.clock.now();
    const outcome: RunOutcome = {
      pi: driven.pi,
      output: undefined,
      target: 'cluster',
      appId: driven.appId,
      runId: run.runId,
      ui: { url: driven.uiUrl },
      driver: pod.name,
      executors: driven.executors,
      folder: run.folder,
      durationsMs: { stage: stagedAt - startedAt, job: endedAt - stagedAt, total: endedAt - startedAt },
    };
    await keepRecord(host, run.folder, outcome);
    return outcome;
  } catch (error) {
    step.fail();
    await endProcess(reach, process).catch(() => undefined);
    throw error;
  } finally {
    await removeRun(host, cluster, removeRunArgv(cluster, run.runId), run.runId);
  }
}

/** What is started in the pod. */
export function driverWords(cluster: PreparedCluster, run: ClientRun, pod: string, slot: DriverSlot): Argv {
  const { folder, start } = planProcess(cluster, pod, run.runId);
  const { words } = run.job;
  return start([
    'env',
    ...Object.entries({ PYTHONUNBUFFERED: '1', ...launchEnv(words) }).map(([name, value]) => `${name}=${value}`),
    ...['/opt/entrypoint.sh', 'submit'],
    ...asClient(words, { pod, ports: slot.ports, folder }),
  ]);
}

async function listFiles({ folder, job }: ClientRun): Promise<Parameters<typeof stageFiles>[3]> {
  const app = join(folder, 'image', 'app');
  const names = await readdir(app).catch(() => []);
  return { copied: Object.fromEntries(names.map((name) => [name, join(app, name)])), written: job.templates };
}

interface Driven {
  readonly pi: number | undefined;
  readonly appId: string | undefined;
  readonly uiUrl: string;
  readonly executors: readonly string[];
}

async function drive(
  reach: Reach,
  run: ClientRun,
  process: PodProcess,
  service: ServiceInReach,
  slot: DriverSlot,
): Promise<Driven> {
  const { host, cluster, signal } = reach;
  const { pod } = service;
  const { namespace } = cluster;
  const kube = await host.kube(cluster);
  const over = new AbortController();
  const ours = AbortSignal.any([signal, over.signal]);
  const logFile = join(run.folder, 'driver.log');
  const executors = watchExecutors({ ...reach, signal: ours }, kube, { runId: run.runId, pod: pod.name });
  let pi: number | undefined;
  const onLine = (line: string): void => {
    pi = findPiLine(line)?.pi ?? pi;
    host.ui.log(line);
  };
  try {
    const forward = await openUiForward(host, kube, { namespace, pod: pod.name, port: slot.ports.ui }, run.uiPort);
    void announceUi(host, forward, ours);
    try {
      const env = { ...cluster.childEnv, [runVariable]: run.folder };
      const inHope = AbortSignal.any([signal, executors.hopeless]);
      const options: RunOptions = {
        ...{ env, holdsStdin: true, accept: everyExitCode, signal: inHope, logFile, onLine },
        drained: () => host.ui.drained(),
      };
      const end = await host.runner.run(driverWords(cluster, run, pod.name, slot), options).catch((error: unknown) => {
        throw executors.why() ?? error;
      });
      const code = await endProcess(reach, process);
      if (code !== 0) throw await explainClientEnd(kube, cluster, service, { end, code, logFile });
      return { pi, uiUrl: forward.url, ...executors.seen() };
    } finally {
      await forward.close();
    }
  } finally {
    over.abort();
  }
}
