import { quoteArgv } from '../errors/quote-argv.js';
import type { Step } from './plan.js';
import { planKey, showDuration, type StepDurations } from './step-durations.js';

/** One line a step, with how long it took the last time. */
export function showSteps(steps: readonly Step[], durations: StepDurations): readonly string[] {
  const total = durations[planKey(steps.map(({ id }) => id))];
  const lines = steps.map((step) => {
    const before = durations[step.id];
    return `  ${step.title}${before === undefined ? '' : ` (~${showDuration(before)})`}: ${step.why}`;
  });
  return [...lines, ...(total === undefined ? [] : [`  The same took ${showDuration(total)} the last time.`])];
}

/** As much of a step as its reader needs. */
export type ShownStep = Pick<Step, 'title' | 'why' | 'commands'>;

/** The same with every command, as it would be typed in a shell. */
export function showCommands(steps: readonly ShownStep[]): readonly string[] {
  return steps.flatMap((step) => [`# ${step.title}: ${step.why}`, ...step.commands.map(quoteArgv)]);
}
