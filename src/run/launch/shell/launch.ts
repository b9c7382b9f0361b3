import type { V1Pod } from '@kubernetes/client-node';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import type { CommandResult } from '../../../command.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { applyObjects, askKubectl } from '../../../kube/kubectl.js';
import { withPods } from '../../../kube/pods.js';
import { driverUiPort, openUiForward } from '../../../kube/port-forward/ui-forward.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Host } from '../../../ports/host.js';
import type { Kube } from '../../../ports/kube.js';
import { withLiveRun } from '../../../runs/live-run.js';
import { viewPod } from '../../../spark/outcome.js';
import { awaitRunning } from '../../../services/await-pods.js';
import { removeRun } from '../../clean-up.js';
import { inStep } from '../../../steps/apply.js';
import { requireUiPort } from '../cluster-run.js';
import type { BareRun, ClusterRoom } from '../launcher.js';
import { describeShell, type ShellAsk, type ShellPlan } from './plan.js';
import { shellContainer } from './shell-job.js';
import { capitalise } from '../../../text/words.js';
import { roleLabel, runSelector } from '../../../kube/labels.js';

/** Usually kubectl itself notices that a pod is gone: https://github.com/kubernetes/kubernetes/issues/129144 */
const noticesWithinMs = 3000;

/** Starts the shell's pod, runs the shell and removes the pod; throws when the shell failed or lost its connection. */
export async function launchShell(host: Host, run: BareRun<ShellAsk>): Promise<CommandResult> {
  const { cluster } = run;
  await requireUiPort(run);
  const plan = await describeShell(host, run);
  await withLiveRun(host, plan.runId, async () => {
    try {
      await attachShell(host, run, plan, await startPod(host, cluster, plan, run.signal));
    } finally {
      await removeRun(host, cluster, plan.runId);
    }
  });
  return { data: { runId: plan.runId }, text: [] };
}

async function startPod(host: Host, cluster: PreparedCluster, plan: ShellPlan, signal: AbortSignal): Promise<string> {
  return inStep(host, 'Start a pod for the shell', async (step) => {
    await applyObjects({ host, cluster, signal }, plan.object);
    const labels = `${runSelector(plan.runId)},${roleLabel}=shell`;
    const pod = await awaitRunning(host, cluster, { labels, container: shellContainer, onNote: step.progress, signal });
    step.note(pod);
    return pod;
  });
}

async function attachShell(
  host: Host,
  { cluster, uiPort, signal }: ClusterRoom,
  plan: ShellPlan,
  pod: string,
): Promise<void> {
  const kube = await host.kube(cluster);
  const over = new AbortController();
  const ours = AbortSignal.any([signal, over.signal]);
  const env = cluster.childEnv;
  const { namespace } = cluster;
  const lifeline = host.runner.run(plan.lifeline(pod), { env, holdsStdin: true, signal: ours }).catch(() => undefined);
  try {
    const gone = watchForEnd({ host, cluster, signal: ours }, kube, plan.runId, pod);
    const forward = await openUiForward(host, kube, { namespace, pod, port: driverUiPort }, uiPort);
    host.ui.say(`Spark UI  ${forward.url} (once the shell has started)`);
    host.ui.close();
    try {
      const ends = AbortSignal.any([signal, gone.signal]);
      const exitCode = await host.runner.attach(plan.attach(pod), { env, signal: ends });
      if (signal.aborted) throw interrupted();
      await judgeEnd(host, cluster, plan, { pod, exitCode, gone: gone.why() });
    } finally {
      await forward.close();
    }
  } finally {
    over.abort();
    await lifeline;
  }
}

interface WatchedEnd {
  readonly signal: AbortSignal;
  readonly why: () => string | undefined;
}

/** Resolves some seconds after the shell's pod ended. */
function watchForEnd({ host, cluster, signal }: NamespaceSession, kube: Kube, runId: string, pod: string): WatchedEnd {
  const gone = new AbortController();
  let why: string | undefined;
  const watch = async (): Promise<void> => {
    why = await withPods(host, kube, { namespace: cluster.namespace, labels: runSelector(runId) }, { signal }, (pods) =>
      pods.until((now) => describeEnd(now.find(({ metadata }) => metadata?.name === pod))),
    );
    await host.clock.sleep(noticesWithinMs, signal);
    gone.abort();
  };
  void watch().catch(() => undefined);
  return { signal: gone.signal, why: () => why };
}

function describeEnd(pod: V1Pod | undefined): string | undefined {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return 'it was deleted';
  const { progress } = viewPod(pod, shellContainer);
  if (progress.state !== 'ended') return undefined;
  const reason = pod.status?.reason;
  const message = pod.status?.message;
  if (reason !== undefined) return `${reason}${message === undefined ? '' : `: ${message}`}`;
  return progress.reason === 'OOMKilled'
    ? 'it used more memory than its limit (OOMKilled)'
    : `it ended (${progress.reason})`;
}

async function judgeEnd(
  host: Host,
  cluster: PreparedCluster,
  plan: ShellPlan,
  end: { readonly pod: string; readonly exitCode: number; readonly gone: string | undefined },
): Promise<void> {
  const { pod, exitCode, gone } = end;
  if (gone !== undefined) {
    throw new SparkDevError('JOB_FAILED', `The shell's pod ${pod} ended while the shell was open`, {
      why: `${capitalise(gone)}.`,
      fix: ['spark-dev shell', ...(gone.includes('memory') ? ['Give it more memory: --driver-memory 2g'] : [])],
      facts: { pod },
    });
  }
  const noted = await askKubectl({ host, cluster }, plan.readExitCode(pod), { accept: [1] }).catch(() => '');
  const ended = /^\d+$/.exec(noted.trim());
  if (ended === null) {
    throw new SparkDevError('TOOL_FAILED', 'The connection to the shell broke', {
      why: `kubectl exited with code ${String(exitCode)} while the shell in ${pod} was still running.`,
      fix: ['spark-dev status', 'spark-dev shell'],
      facts: { pod, exitCode },
    });
  }
  if (ended[0] === '0') return;
  // the second Ctrl-C, which ends the shell
  if (ended[0] === '130') throw interrupted();
  throw new SparkDevError('JOB_FAILED', `The shell ended with exit code ${ended[0]}`, {
    why: 'See its output above.',
    facts: { pod, shellExitCode: Number(ended[0]) },
  });
}

function interrupted(): SparkDevError {
  return new SparkDevError('INTERRUPTED', 'The shell was interrupted');
}
