import { quoteArgv } from '../errors/quote-argv.js';
import { showDuration } from '../text/durations.js';
import { showBytes } from '../text/sizes.js';
import { planKey, type StepDurations } from './durations.js';
import type { PlannedDownload, ShownStep, Step } from './step.js';

/** Every dry run: each step with its commands in shell syntax. */
export function showSteps(steps: readonly ShownStep[]): readonly string[] {
  return steps.flatMap((step) => [
    `# ${step.title}: ${step.why}`,
    ...(step.downloads ?? []).flatMap(showDownload),
    ...step.commands.map(quoteArgv),
  ]);
}

function showDownload({ url, sha256, checksumUrl }: PlannedDownload): readonly string[] {
  const must = sha256 ?? `as published at ${checksumUrl ?? ''} on the first download; checked from then on`;
  return [`#   from   ${url}`, `#   sha256 ${must}`];
}

/** One line per step, with its disk use and last duration; then both totals. */
export function showToDo(
  steps: readonly Step[],
  durations: StepDurations,
  sizesMb: Readonly<Record<string, number>>,
): readonly string[] {
  const total = durations[planKey(steps.map(({ id }) => id))];
  const lines = steps.map(({ id, title, why }) => {
    const [before, sizeMb] = [durations[id], sizesMb[id]];
    const figures = [
      ...(before === undefined ? [] : [`~${showDuration(before)}`]),
      ...(sizeMb === undefined ? [] : [showBytes(sizeMb * 1e6)]),
    ];
    return `  ${title}${figures.length === 0 ? '' : ` (${figures.join(', ')})`}: ${why}`;
  });
  const sizeMb = steps.reduce((sum, { id }) => sum + (sizesMb[id] ?? 0), 0);
  const fromSource = steps.filter((step) => step.commands.some(([program]) => program === 'go')).length;
  return [
    ...lines,
    ...(sizeMb === 0 ? [] : [`  This leaves about ${showBytes(sizeMb * 1e6)} on the disk.`]),
    ...(total === undefined && fromSource > 1
      ? [
          `  ${String(fromSource)} programs are built from source: 15 to 30 minutes on 2 CPUs, and up to 17 GB of caches.`,
        ]
      : []),
    ...(total === undefined ? [] : [`  The same steps took ${showDuration(total)} the last time.`]),
  ];
}
