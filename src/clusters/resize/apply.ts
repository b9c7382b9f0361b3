import { SparkDevError } from '../../errors/spark-dev-error.js';
import { closeEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import { profileFile, writeProfileSize } from '../minikube/profile-file.js';
import { profileName } from '../../kube/names.js';
import { showCapacity, type ClusterSize } from '../../kube/size.js';
import type { HostPrograms } from '../programs.js';
import { observeNode, observeSize, type ObservedResize } from './observe.js';
import { offers, planResize, type ResizePlan, type ResizeStep, showLimit } from './plan.js';
import { applySteps, runCommands, type StepContext } from '../../steps/apply.js';
import { waitFor } from '../../time/wait-for.js';

const commandWithinMs = 60_000;
const nodeWithinMs = 120_000;

export interface PlannedResize extends ResizePlan {
  readonly seen: ObservedResize;
  readonly programs: HostPrograms;
  /** An earlier one was cut short. */
  readonly isResumed: boolean;
}

/** Looks, in the end, whether everything says the new size. Answers milliseconds by step. */
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
      // Docker takes a new limit whole or not at all, and nothing was done before: there is nothing to bring to an end
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

/** kubelet tells what the node offers when it has come up again; the pods on it go on meanwhile. */
async function awaitNode(
  host: Host,
  { programs, target }: PlannedResize,
  { signal, progress }: StepContext,
): Promise<void> {
  /** Undefined when it is so. */
  const describeState = async (): Promise<string | undefined> => {
    const seen = await observeNode(host, programs, signal);
    if (seen?.ready === true && offers(seen.node, target)) return undefined;
    const last = seen === undefined ? 'Kubernetes does not answer' : `it offers ${showLimit(seen.node)}`;
    const state = seen?.ready === false ? `${last}, and is not ready` : last;
    progress(state);
    return state;
  };
  const limits = { everyMs: 250, timeoutMs: nodeWithinMs, signal };
  const state = await waitFor(host.clock, describeState, { until: (one) => one === undefined, ...limits });
  if (state !== undefined) throw nodeLate(target, state);
}

/** Everything is asked once more, the kernel included. */
async function verify(host: Host, { programs, seen, target }: PlannedResize, signal: AbortSignal): Promise<void> {
  const now = await observeSize(host, programs, seen, signal);
  const open = planResize(now, target, profileFile(host)).steps.map(({ why, title }) => `${title}: ${why}`);
  const held = now.cgroup?.limit;
  if (held !== undefined && !offers(held, target)) open.push(`inside, the kernel allows ${showLimit(held)}`);
  if (open.length === 0) return;
  throw new SparkDevError('TOOL_FAILED', `The cluster did not become ${showCapacity(target)} everywhere`, {
    why: open.join('\n'),
    fix: ['spark-dev cluster resize   # goes on from here', 'spark-dev status'],
  });
}

function nodeLate(target: ClusterSize, last: string): SparkDevError {
  return new SparkDevError('TIMED_OUT', `The node has not come to ${showCapacity(target)} for 2 minutes`, {
    why: `The last that was seen: ${last}.`,
    fix: [
      `docker exec ${profileName} journalctl --unit kubelet --lines 30`,
      'spark-dev cluster resize   # goes on from here',
    ],
  });
}
