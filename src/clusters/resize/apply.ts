import { SparkDevError } from '../../errors/spark-dev-error.js';
import { closeEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import { profileName } from '../../kube/names.js';
import { showCapacity } from '../../kube/size.js';
import { observeNode, observeResizeInState, type ObservedResize } from './observe.js';
import { offers, planResize, type ResizePlan, type ResizeStep, showLimit } from './plan.js';
import { applySteps, runCommands, type StepContext } from '../../steps/apply.js';
import { waitFor } from '../../time/wait-for.js';
import { profileFile, writeProfileSize } from '../minikube/profile-config.js';

const commandWithinMs = 60_000;
const nodeWithinMs = 120_000;

export interface PlannedResize extends ResizePlan {
  readonly seen: ObservedResize;
  /** Continues an interrupted resize. */
  readonly isResumed: boolean;
}

/** Verifies the new size everywhere at the end. Returns milliseconds by step. */
export async function applyResize(
  host: Host,
  planned: PlannedResize,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const apply = (step: ResizeStep, context: StepContext): Promise<void> =>
    appliers[step.id](host, planned, step, context);
  const durationsMs = await applySteps(host, planned.steps, { apply, signal });
  if (planned.steps.length > 0) await verify(host, planned, signal);
  return durationsMs;
}

type Applier = (host: Host, planned: PlannedResize, step: ResizeStep, context: StepContext) => Promise<void>;

const appliers: Readonly<Record<ResizeStep['id'], Applier>> = {
  limit: async (host, { isResumed }, step, { signal }) => {
    try {
      await runCommands(host, step, { signal, timeoutMs: commandWithinMs });
    } catch (error) {
      // Docker applies a new limit completely or not at all, and this is the first step: nothing is unfinished
      const isUndone = !isResumed && !signal.aborted;
      if (isUndone && error instanceof SparkDevError && error.code === 'TOOL_FAILED')
        await closeEntry(host, 'resize-cluster');
      throw error;
    }
  },
  profile: (host, { target }) => writeProfileSize(host, target),
  kubelet: async (host, planned, step, context) => {
    await runCommands(host, step, { signal: context.signal, timeoutMs: commandWithinMs });
    await awaitNode(host, planned, context);
  },
};

/** kubelet reports the node's new size after its restart; pods keep running meanwhile. */
async function awaitNode(
  host: Host,
  { seen: { programs }, target }: PlannedResize,
  { signal, progress }: StepContext,
): Promise<void> {
  /** Undefined when the node has the new size. */
  const describeState = async (): Promise<string | undefined> => {
    const seen = await observeNode(host, programs, signal);
    if (seen?.ready === true && offers(seen.node, target)) return undefined;
    const last = seen === undefined ? 'Kubernetes does not answer' : `it offers ${showLimit(seen.node)}`;
    const state = seen?.ready === false ? `${last} and is not ready` : last;
    progress(state);
    return state;
  };
  const limits = { everyMs: 250, timeoutMs: nodeWithinMs, signal };
  const state = await waitFor(host.clock, describeState, { until: (one) => one === undefined, ...limits });
  if (state === undefined) return;
  throw new SparkDevError('TIMED_OUT', `The node did not offer ${showCapacity(target)} within 2 minutes`, {
    why: `Last state: ${state}.`,
    fix: [
      `docker exec ${profileName} journalctl --unit kubelet --lines 30`,
      'spark-dev cluster resize   # continues from here',
    ],
  });
}

/** Reads every figure again, including the kernel's. */
async function verify(host: Host, { seen, target }: PlannedResize, signal: AbortSignal): Promise<void> {
  const now = await observeResizeInState(host, seen, signal);
  const open = planResize(now, target, profileFile(host)).steps.map(({ why, title }) => `${title}: ${why}`);
  const held = now.cgroup?.limit;
  if (held !== undefined && !offers(held, target)) open.push(`the kernel in the node allows ${showLimit(held)}`);
  if (open.length === 0) return;
  throw new SparkDevError('TOOL_FAILED', `The cluster does not have ${showCapacity(target)} everywhere`, {
    why: open.join('\n'),
    fix: ['spark-dev cluster resize   # continues from here', 'spark-dev status'],
  });
}
