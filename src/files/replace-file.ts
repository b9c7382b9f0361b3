import { chown, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Atomic, and synced to disk before it replaces the old file; keeps the file's mode and owner. */
export async function replaceFile(target: string, text: string): Promise<void> {
  const before = await stat(target).catch(() => undefined);
  const draft = join(dirname(target), `.${basename(target)}.spark-dev-${String(process.pid)}`);
  try {
    const mode = (before?.mode ?? 0o600) & 0o777;
    const file = await open(draft, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    const made = await lstat(draft);
    if (before !== undefined && (before.uid !== made.uid || before.gid !== made.gid))
      await chown(draft, before.uid, before.gid);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}
