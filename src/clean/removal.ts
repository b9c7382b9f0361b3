import type { Host } from '../ports/host.js';
import { showSteps } from '../steps/show.js';
import type { Step } from '../steps/step.js';

/** A removal step: exactly what, and how. */
export interface Removal extends Step {
  readonly items: readonly string[];
  /** Returns what stayed, if only doing it tells. */
  readonly remove: (host: Host, signal: AbortSignal) => Promise<readonly string[] | undefined>;
}

export function itemsOf(steps: readonly Removal[]): readonly string[] {
  return steps.flatMap(({ items }) => items);
}

/** The answer of a dry run. */
export function showRemovals(steps: readonly Removal[]) {
  return {
    data: { removes: itemsOf(steps), steps: steps.map(({ title, commands }) => ({ title, commands })) },
    text: steps.flatMap((step) => [...step.items.map((item) => `- ${item}`), ...showSteps([step])]),
  };
}

/** Printed before the question. */
export function announceRemovals({ ui }: Host, steps: readonly Removal[]): void {
  for (const { title, why, items } of steps) {
    ui.say(`${title}: ${why}`);
    for (const item of items) ui.say(`- ${item}`);
  }
}
