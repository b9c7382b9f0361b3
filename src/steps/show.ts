import { quoteArgv } from '../errors/quote-argv.js';
import { showBytes, showDuration } from '../text/sizes.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../ports/host.js';
import { readJson } from '../files/paths.js';
import { bestEffort } from '../errors/disk-error.js';
import type { PlannedDownload, ShownStep, Step } from './apply.js';

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

const durationsSchema = z.record(z.string(), z.number());

/** Milliseconds by step, and by the steps of a whole plan, from earlier runs on this machine; only a hint. */
export type StepDurations = Readonly<Record<string, number>>;

export async function readDurations(host: Host): Promise<StepDurations> {
  return durationsSchema.safeParse(await readJson(durationsFile(host))).data ?? {};
}

export async function keepDurations(host: Host, durations: StepDurations): Promise<void> {
  const file = durationsFile(host);
  await bestEffort(host, 'Could not record how long the steps took', async () => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ ...(await readDurations(host)), ...durations }));
  });
}

/** The same plan takes about as long as before. */
export function planKey(ids: readonly string[]): string {
  return `plan:${[...ids].sort().join('+')}`;
}

function durationsFile(host: Host): string {
  return join(host.directories.state, 'durations.json');
}
