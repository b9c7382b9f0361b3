import { mkdir, symlink } from 'node:fs/promises';
import { writePrivately } from '../../../runs/run-folder.js';
import { localFiles, localLinks, type LocalSubmission } from './local-argv.js';

/** What a driver on this machine finds in the run's folder. */
export async function layFiles(submission: LocalSubmission): Promise<void> {
  const { events, conf, scratch, tables, spill } = submission.folders;
  for (const path of [events, conf, scratch, tables]) await mkdir(path, { recursive: true });
  // among the system's temporary files, where another user's folder must not be taken
  if (spill !== scratch) await mkdir(spill, { mode: 0o700 });
  for (const [link, target] of localLinks(submission)) await symlink(target, link);
  for (const [path, text] of Object.entries(localFiles(submission))) await writePrivately(path, text);
}
