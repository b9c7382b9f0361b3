import { quoteArgv } from '../../errors/quote-argv.js';
import type { PlannedDownload } from '../../toolchain/upstream/install.js';
import type { Step } from './plan.js';
import { sizeOfStep, sumUpInstallation } from './step-sizes.js';
import { planKey, type StepDurations } from '../../steps/durations.js';
import { showDuration } from '../../text/durations.js';
import { showBytes } from '../../text/sizes.js';

/** One line a step, with what it leaves on the disk and how long it took the last time; then the sum of both. */
export function showSteps(steps: readonly Step[], durations: StepDurations): readonly string[] {
  const total = durations[planKey(steps.map(({ id }) => id))];
  const lines = steps.map((step) => {
    const [before, sizeMb] = [durations[step.id], sizeOfStep(step)];
    const figures = [
      ...(before === undefined ? [] : [`~${showDuration(before)}`]),
      ...(sizeMb === undefined ? [] : [showBytes(sizeMb * 1e6)]),
    ];
    return `  ${step.title}${figures.length === 0 ? '' : ` (${figures.join(', ')})`}: ${step.why}`;
  });
  return [
    ...lines,
    ...sumUpInstallation(steps, total === undefined),
    ...(total === undefined ? [] : [`  The same took ${showDuration(total)} the last time.`]),
  ];
}

/** As much of a step as its reader needs. */
export type ShownStep = Pick<Step, 'title' | 'why' | 'commands' | 'downloads'>;

/** The same with every command, as it would be typed in a shell. */
export function showCommands(steps: readonly ShownStep[]): readonly string[] {
  return steps.flatMap((step) => [
    `# ${step.title}: ${step.why}`,
    ...(step.downloads ?? []).flatMap(showDownload),
    ...step.commands.map(quoteArgv),
  ]);
}

function showDownload({ url, sha256, checksumUrl }: PlannedDownload): readonly string[] {
  const must = sha256 ?? `as ${checksumUrl ?? ''} says the first time, and kept from then on`;
  return [`#   from   ${url}`, `#   sha256 ${must}`];
}
