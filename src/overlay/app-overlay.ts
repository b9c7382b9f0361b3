import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { limitList } from '../errors/limit-list.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import type { OverlayFiles } from './kustomize/kustomization.js';
import { readOverlayFolder, type OverlayProblem } from './overlay-folder.js';
import { isBelow, isThere } from '../files/paths.js';

/** What an application deploys at each run, before the run's own names, labels and arguments are laid over it. */
export interface AppOverlay {
  readonly app: string;
  /** Ours, or the user's since `overlay eject`. */
  readonly origin: 'generated' | 'ejected';
  /** Where it is ejected, or would be. */
  readonly folder: string;
  readonly files: OverlayFiles;
}

/** Each file under its name, as a stream of documents. */
export function showFiles(files: OverlayFiles): readonly string[] {
  return Object.entries(files).flatMap(([path, text]) => [`--- # ${path}`, ...text.trimEnd().split('\n')]);
}

/** The folder where an overlay is the user's, else undefined. */
export async function findEjected(project: string, app: string): Promise<string | undefined> {
  const folder = ejectedFolder(project, app);
  return (await isThere(folder)) ? folder : undefined;
}

export function ejectedFolder(project: string, app: string): string {
  return join(project, '.spark-dev', 'overlay', app);
}

/** The user's own where there is one, else ours; throws CONFIG_INVALID for links and other files that no overlay can have. */
export async function readAppOverlay(directories: Directories, project: string, app: string): Promise<AppOverlay> {
  const folder = ejectedFolder(project, app);
  if (!(await isThere(folder))) return { app, origin: 'generated', folder, files: await readOwnOverlay(directories) };
  await refuseOutside(project, folder);
  const { files, problems } = await readOverlayFolder(folder);
  if (problems.length > 0) throw overlayInvalid({ app, folder }, problems);
  return { app, origin: 'ejected', folder, files };
}

/** Ours, as it lies in the package. */
export async function readOwnOverlay(directories: Directories): Promise<OverlayFiles> {
  return (await readOverlayFolder(ownOverlayFolder(directories))).files;
}

export function ownOverlayFolder({ package: root }: Directories): string {
  return join(root, 'kustomize', 'run');
}

/** A folder on the way may be a link: nothing is read or written outside the project. */
export async function refuseOutside(project: string, folder: string): Promise<void> {
  const root = await realpath(project);
  for (const path of [join(project, '.spark-dev'), join(project, '.spark-dev', 'overlay'), folder]) {
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined || isBelow(root, target)) continue;
    throw new SparkDevError('CONFIG_INVALID', `${path} leads out of the project`, {
      why: `It is a link to ${target}, and the project is ${root}.`,
      fix: [`rm ${path}`, 'Keep the overlay itself in the project'],
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
    fix: [`Fix it in ${folder}`, `spark-dev overlay eject ${app}   # writes the generated one again; asks first`],
    facts: { folder, problems },
  });
}
