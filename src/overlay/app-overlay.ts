import { realpath, lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import type { OverlayFiles } from './kustomize/kustomization.js';
import { readOverlayFolder, type OverlayProblem, writeFiles } from './overlay-folder.js';
import { isBelow, isThere } from '../files/paths.js';
import { limitList } from '../config/settings.js';

/** What an application deploys at each run, before the run's own names, labels and arguments are added. */
export interface AppOverlay {
  readonly app: string;
  /** Built in, or the user's since `overlay eject`. */
  readonly origin: 'generated' | 'ejected';
  /** Where it is ejected, or would be. */
  readonly folder: string;
  readonly files: OverlayFiles;
}

/** Each file by name, as a stream of documents. */
export function showFiles(files: OverlayFiles): readonly string[] {
  return Object.entries(files).flatMap(([path, text]) => [`--- # ${path}`, ...text.trimEnd().split('\n')]);
}

/** The overlay's folder if the user has one, otherwise undefined. */
export async function findEjected(project: string, app: string): Promise<string | undefined> {
  const folder = ejectedFolder(project, app);
  return (await isThere(folder)) ? folder : undefined;
}

/** `skaffold`: what Skaffold alone needs, on top of the overlay. */
type Ejected = 'overlay' | 'skaffold';

function ejectedFolder(project: string, app: string, kind: Ejected = 'overlay'): string {
  return join(project, '.spark-dev', kind, app);
}

/** The user's overlay if there is one, otherwise the built-in; throws CONFIG_INVALID for links and other files that no overlay can contain. */
export async function readAppOverlay(directories: Directories, project: string, app: string): Promise<AppOverlay> {
  const folder = ejectedFolder(project, app);
  if (!(await isThere(folder))) return { app, origin: 'generated', folder, files: await readOwnOverlay(directories) };
  await refuseOutside(project, folder);
  const { files, problems } = await readOverlayFolder(folder);
  if (problems.length > 0) throw overlayInvalid({ app, folder }, problems);
  return { app, origin: 'ejected', folder, files };
}

/** The built-in overlay from the package. */
export async function readOwnOverlay(directories: Directories): Promise<OverlayFiles> {
  return (await readOverlayFolder(ownOverlayFolder(directories))).files;
}

export function ownOverlayFolder({ package: root }: Directories): string {
  return join(root, 'kustomize', 'run');
}

/** A folder on the path may be a link: nothing is read or written outside the project. */
async function refuseOutside(project: string, folder: string): Promise<void> {
  const root = await realpath(project);
  for (const path of [join(project, '.spark-dev'), dirname(folder), folder]) {
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined || isBelow(root, target)) continue;
    throw new SparkDevError('CONFIG_INVALID', `${path} points outside the project`, {
      why: `It is a link to ${target}, but the project is ${root}.`,
      fix: [`rm ${path}`, 'Keep the overlay inside the project'],
    });
  }
}

export function overlayInvalid(
  { app, folder }: Pick<AppOverlay, 'app' | 'folder'>,
  problems: readonly OverlayProblem[],
): SparkDevError {
  const count = problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`;
  const lines = problems.map(({ file, line, message }) => {
    const at = line === undefined ? '' : `:${String(line)}`;
    return `${join(folder, file)}${at} ${message}`;
  });
  return new SparkDevError('CONFIG_INVALID', `The ejected overlay of ${app} has ${count}`, {
    why: limitList(lines).join('\n'),
    fix: [`Fix it in ${folder}`, `spark-dev overlay eject ${app}   # restores the generated one; asks first`],
    facts: { folder, problems },
  });
}

export interface EjectPlan {
  readonly folder: string;
  /** Files to write; identical ones are skipped. */
  readonly writes: OverlayFiles;
  /** The user's files that differ from ours of the same name. */
  readonly replaces: readonly string[];
  /** The user's files that we have no counterpart for. */
  readonly removes: readonly string[];
}

/** Everything at the eject target; throws if that is outside the project. */
export async function observeEjected(
  project: string,
  app: string,
  kind?: Ejected,
): Promise<{ readonly folder: string; readonly files: OverlayFiles }> {
  const folder = ejectedFolder(project, app, kind);
  await refuseOutside(project, folder);
  const seen = await lstat(folder).catch(() => undefined);
  if (seen === undefined) return { folder, files: {} };
  if (!seen.isDirectory()) {
    throw new SparkDevError('CONFIG_INVALID', `${folder} is not a folder`, {
      why: 'The overlay would be written there.',
      fix: [`rm ${folder}`, `spark-dev overlay eject ${app}`],
    });
  }
  const { files, problems } = await readOverlayFolder(folder);
  // a link or an oversized file is the user's too
  const unread = problems.map(({ file }) => [file, '\0'] as const);
  return { folder, files: { ...files, ...Object.fromEntries(unread) } };
}

/** Pure. Every file that would be lost is listed. */
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
  // a link of that name would be followed
  for (const path of Object.keys(writes)) await rm(join(folder, path), { force: true });
  await writeFiles(folder, writes);
}
