import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { ejectedFolder, refuseOutside } from './app-overlay.js';
import type { OverlayFiles } from './kustomize/kustomization.js';
import { readOverlayFolder } from './overlay-folder.js';

export interface EjectPlan {
  readonly folder: string;
  /** What would be written; files that are there already as they shall be are not. */
  readonly writes: OverlayFiles;
  /** Of the user's: other text under a name of ours. */
  readonly replaces: readonly string[];
  /** Of the user's: names that ours does not have. */
  readonly removes: readonly string[];
}

/** What lies where an overlay would be ejected to, whatever it is; throws where that is not inside the project. */
export async function observeEjected(
  project: string,
  app: string,
): Promise<{ readonly folder: string; readonly files: OverlayFiles }> {
  const folder = ejectedFolder(project, app);
  await refuseOutside(project, folder);
  const seen = await lstat(folder).catch(() => undefined);
  if (seen === undefined) return { folder, files: {} };
  if (!seen.isDirectory()) {
    throw new SparkDevError('CONFIG_INVALID', `${folder} is no folder`, {
      why: 'The overlay would be ejected there.',
      fix: [`rm ${folder}`, `spark-dev overlay eject ${app}`],
    });
  }
  const { files, problems } = await readOverlayFolder(folder);
  // a link, or what is too large to be read, is the user's too
  const unread = problems.map(({ file }) => [file, '\0'] as const);
  return { folder, files: { ...files, ...Object.fromEntries(unread) } };
}

/** Pure. Nothing that is there is lost without being named. */
export function planEject(folder: string, wanted: OverlayFiles, there: OverlayFiles): EjectPlan {
  const writes = Object.entries(wanted).filter(([path, text]) => there[path] !== text);
  return {
    folder,
    writes: Object.fromEntries(writes),
    replaces: writes.map(([path]) => path).filter((path) => there[path] !== undefined),
    removes: Object.keys(there).filter((path) => wanted[path] === undefined),
  };
}

export async function applyEject({ folder, writes, removes }: EjectPlan): Promise<void> {
  for (const path of removes) await rm(join(folder, path));
  for (const [path, text] of Object.entries(writes)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // a link of that name would be written through
    await rm(join(folder, path), { force: true });
    await writeFile(join(folder, path), text);
  }
}
