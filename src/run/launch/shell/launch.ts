import type { V1Pod } from '@kubernetes/client-node';
import type { CommandResult } from '../../../command.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { applyObjects, askKubectl } from '../../../kube/kubectl.js';
import { roleLabel, runSelector } from '../../../kube/labels.js';
import { withPods } from '../../../kube/pods.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Kube } from '../../../ports/kube.js';
import { withLiveRun } from '../../../runs/live-run.js';
import { awaitRunning } from '../../../services/await-pods.js';
import { viewPod } from '../../../spark/outcome.js';
import { inStep } from '../../../steps/apply.js';
import { showSteps } from '../../../steps/show.js';
import { capitalise } from '../../../text/words.js';
import { removeRun } from '../../clean-up.js';
import { requireUiPort } from '../cluster-run.js';
import type { BareRun, ClusterRoom, Launcher } from '../launcher.js';
import { describeShell, shellContainer, type ShellAsk, type ShellPlan } from './plan.js';
import { driverUiPort, openUiForward } from '../../../kube/port-forward/pod-forward.js';

/** Usually kubectl itself notices that a pod is gone: https://github.com/kubernetes/kubernetes/issues/129144 */
const noticesWithinMs = 3000;

/** Starts the shell's pod, runs the shell and removes the pod; throws when the shell failed or lost its connection. */
export const shellLauncher: Launcher<BareRun<ShellAsk>, CommandResult> = {
  async plan(run) {
    const plan = await describeShell(run);
    const commands = [plan.make, plan.lifeline('POD'), plan.attach('POD'), plan.remove];
    const step = { title: 'Start a pod, run the shell in it, then remove the pod', why: 'as requested', commands };
    return { data: { action: 'would open', ...plan, commands }, text: showSteps([step]) };
  },
  async launch(run) {
    const { host, cluster } = run;
    await requireUiPort(run);
    const plan = await describeShell(run);
    const { runId } = plan;
    await withLiveRun(host, runId, async () => {
      try {
        await attachShell(run, plan, await startPod(run, plan));
      } finally {
        await removeRun(host, cluster, runId);
      }
    });
    return { data: { runId }, text: [] };
  },
  answer: (_run, result) => result,
};

async function startPod(session: NamespaceSession, { runId, object }: ShellPlan): Promise<string> {
  return inStep(session.host, 'Start a pod for the shell', async (step) => {
    await applyObjects(session, object);
    const labels = `${runSelector(runId)},${roleLabel}=shell`;
    const pod = await awaitRunning(session, { labels, container: shellContainer, onNote: step.progress });
    step.note(pod);
    return pod;
  });
}

async function attachShell(room: ClusterRoom, plan: ShellPlan, pod: string): Promise<void> {
  const { host, cluster, uiPort, signal } = room;
  const { childEnv: env, namespace } = cluster;
  const kube = await host.kube(cluster);
  const over = new AbortController();
  const ours = AbortSignal.any([signal, over.signal]);
  const lifeline = host.runner.run(plan.lifeline(pod), { env, holdsStdin: true, signal: ours }).catch(() => undefined);
  try {
    const gone = watchForEnd({ ...room, signal: ours }, kube, plan.runId, pod);
    const forward = await openUiForward(host, kube, { namespace, pod, port: driverUiPort }, uiPort);
    host.ui.say(`Spark UI  ${forward.url} (once the shell has started)`);
    host.ui.close();
    try {
      const exitCode = await host.runner.attach(plan.attach(pod), {
        env,
        signal: AbortSignal.any([signal, gone.signal]),
      });
      if (signal.aborted) throw interrupted();
      await judgeEnd(room, plan, { pod, exitCode, gone: gone.why() });
    } finally {
      await forward.close();
    }
  } finally {
    over.abort();
    await lifeline;
  }
}

/** Aborts some seconds after the shell's pod ended. */
function watchForEnd({ host, cluster, signal }: NamespaceSession, kube: Kube, runId: string, pod: string) {
  const gone = new AbortController();
  const selection = { namespace: cluster.namespace, labels: runSelector(runId) };
  let why: string | undefined;
  const watch = async (): Promise<void> => {
    why = await withPods(host, kube, selection, { signal }, (pods) =>
      pods.until((now) => describeEnd(now.find(({ metadata }) => metadata?.name === pod))),
    );
    await host.clock.sleep(noticesWithinMs, signal);
    gone.abort();
  };
  void watch().catch(() => undefined);
  // `why` is known before the signal says so
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
  { host, cluster }: NamespaceSession,
  plan: ShellPlan,
  { pod, exitCode, gone }: { readonly pod: string; readonly exitCode: number; readonly gone: string | undefined },
): Promise<void> {
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
