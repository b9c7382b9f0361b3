import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { bestEffort } from '../errors/best-effort.js';
import type { Host } from '../ports/host.js';
import { readJson } from '../files/read-json.js';

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
