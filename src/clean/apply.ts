import type { ClusterAccess } from '../clusters/capabilities.js';
import type { Host } from '../ports/host.js';
import { applySteps } from '../steps/apply.js';
import { observeLeftovers } from './observe.js';
import { planClean } from './plan.js';
import { itemsOf, type Removal } from './removal.js';

export interface CleanEnd {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/** Runs the steps in order and then checks what is really gone; a failed step does not stop the next. */
export async function applyClean(
  host: Host,
  cluster: ClusterAccess | undefined,
  steps: readonly Removal[],
  signal: AbortSignal,
): Promise<CleanEnd> {
  const stayed: string[] = [];
  await applySteps(host, steps, {
    signal,
    apply: async (step) => {
      stayed.push(...((await step.remove(host, signal)) ?? []));
    },
    onFailure: (_step, error, running) => {
      if (signal.aborted) throw error;
      running.failed(error instanceof Error ? error.message : String(error));
    },
  });
  const items = itemsOf(steps);
  const there = itemsOf(planClean(await observeLeftovers(host, cluster, signal), { all: true, volumes: true }));
  const left = [...items.filter((item) => there.includes(item)), ...stayed];
  return { removed: items.filter((item) => !left.includes(item)), left };
}
