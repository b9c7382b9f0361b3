import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PreparedCluster } from '../../cluster/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { chooseLocalPort } from '../../forward/local-port.js';
import { announceUi, driverUiPort, openUiForward } from '../../forward/ui-forward.js';
import type { Reach } from '../../namespaces/reach.js';
import type { Host } from '../../ports/host.js';
import type { RunResult } from '../../ports/runner.js';
import { runVariable, withLiveRun } from '../../runs/live-run.js';
import { explainJobFailure } from '../../spark/explain-failure.js';
import { findPiLine, type RunOutcome } from '../../spark/run-result.js';
import { readPodTemplates } from '../pod-templates.js';
import { endProcess, everyExitCode, stageFiles } from '../process/pod-process.js';
import { removeRun } from '../remove-run.js';
import { requireService, type ServiceInReach } from '../service/require-service.js';
import { claimSlot, type DriverSlot } from './driver-slot.js';
import { planClient, stagedFile, templateName, type ClientPlan, type ClientRun } from './plan-client.js';
import { watchExecutors } from './watch-executors.js';

/** The driver in the submit service's pod, its executors in pods of their own; throws JOB_FAILED (exit 10) when it ended badly. */
export async function runAsClient(
  host: Host,
  cluster: PreparedCluster,
  run: ClientRun,
  canAsk: boolean,
): Promise<RunOutcome> {
  // a port asked for by flag is refused before anything is made
  if (typeof run.uiPort === 'number') await chooseLocalPort(driverUiPort, run.uiPort);
  const reach = { host, cluster, signal: run.signal };
  const service = await requireService(reach, canAsk);
  const plan = planClient(host, cluster, run, service.pod.name);
  return withLiveRun(host, plan.runId, async () => {
    try {
      return await performRun(reach, run, plan, service);
    } finally {
      await removeRun(host, cluster, plan.remove, plan.runId);
    }
  });
}

async function performRun(
  reach: Reach,
  run: ClientRun,
  plan: ClientPlan,
  service: ServiceInReach,
): Promise<RunOutcome> {
  const { host, cluster } = reach;
  const { pod } = service;
  const startedAt = host.clock.now();
  const wish = { runId: plan.runId, namespace: cluster.namespace, pod };
  const step = host.ui.step(`Run the driver in ${pod.name}`);
  try {
    const staged = stagedFile(run.main);
    const slot = await claimSlot(reach, wish, service.clients);
    await stageFiles(reach, plan.process, plan.folder, {
      copied: staged === undefined ? {} : { [basename(staged)]: staged },
      written: { [templateName]: (await readPodTemplates(host))[templateName] },
    });
    const stagedAt = host.clock.now();
    const driven = await drive(reach, run, plan, pod.name, slot);
    step.done(`executors: ${String(driven.executors.length)}`);
    const durationsMs = {
      stage: stagedAt - startedAt,
      job: host.clock.now() - stagedAt,
      total: host.clock.now() - startedAt,
    };
    const outcome: RunOutcome = {
      pi: driven.pi,
      output: undefined,
      target: 'cluster',
      appId: driven.appId,
      runId: plan.runId,
      ui: { url: driven.uiUrl },
      driver: pod.name,
      executors: driven.executors,
      folder: plan.folder,
      durationsMs,
    };
    await writeFile(join(plan.folder, 'run.json'), `${JSON.stringify(outcome, undefined, 2)}\n`);
    return outcome;
  } catch (error) {
    step.fail();
    await endProcess(reach, plan.process).catch(() => undefined);
    throw error;
  }
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
  plan: ClientPlan,
  pod: string,
  { ports }: DriverSlot,
): Promise<Driven> {
  const { host, cluster, signal } = reach;
  const kube = await host.kube(cluster);
  const over = new AbortController();
  const ours = AbortSignal.any([signal, over.signal]);
  const logFile = join(plan.folder, 'driver.log');
  const executors = watchExecutors(host, kube, { namespace: cluster.namespace, runId: plan.runId, signal: ours });
  const target = { namespace: cluster.namespace, pod, port: ports.ui };
  const forward = await openUiForward(host, kube, target, run.uiPort);
  void announceUi(host, forward, ours);
  let pi: number | undefined;
  const onLine = (line: string): void => {
    pi = findPiLine(line)?.pi ?? pi;
    host.ui.log(line);
  };
  try {
    const env = { ...cluster.childEnv, [runVariable]: plan.folder };
    const options = { env, holdsStdin: true, accept: everyExitCode, signal, logFile, onLine };
    const end = await host.runner.run(plan.drive(ports), options);
    judge(end, await endProcess(reach, plan.process), pod, logFile);
    return { pi, uiUrl: forward.url, ...executors.seen() };
  } finally {
    over.abort();
    await forward.close();
  }
}

function judge(end: RunResult, code: number | undefined, pod: string, logFile: string): void {
  if (code === 0) return;
  if (code === undefined) {
    throw new SparkDevError('JOB_FAILED', 'The driver was cut off', {
      why: `The connection to pod ${pod} broke, or the pod went (kubectl ended with exit code ${String(end.exitCode)}).`,
      fix: ['spark-dev submit status', 'Run it again'],
      log: logFile,
      facts: { pod },
    });
  }
  const lines = [...end.stderr.split('\n'), ...end.stdout.split('\n')];
  const logTail = lines.filter((line) => !/^\S+ \S+ (INFO|WARN) |^command terminated with/.test(line));
  throw explainJobFailure({
    driver: `the driver in ${pod}`,
    exitCode: code,
    reason: code === 137 ? 'OOMKilled' : '',
    logTail,
    logFile,
  });
}
