import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../ports/host.js';

const intentSchema = z.object({
  operation: z.enum(['create-cluster', 'delete-cluster']),
  profile: z.string(),
  since: z.number(),
});

/** An operation that leaves ruins when it is cut short: begun and not seen to end. */
export type Intent = z.infer<typeof intentSchema>;

function intentPath(host: Host): string {
  return join(host.directories.state, 'journal', 'intent.json');
}

/** Writes the intent to the disk before the first thing is done and removes it after the last. */
export async function withIntent(
  host: Host,
  intent: Omit<Intent, 'since'>,
  action: () => Promise<void>,
): Promise<void> {
  const path = intentPath(host);
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ ...intent, since: host.clock.now() }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await action();
  await rm(path, { force: true });
}

/** What an earlier call left half done; a file that cannot be read is one of ours all the same, cut short. */
export async function readUnfinishedIntent(host: Host): Promise<Intent | undefined> {
  const text = await readFile(intentPath(host), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return intentSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
