import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { limitList } from '../errors/limit-list.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import { readOverlay } from './kustomize/find-problems.js';
import type { OverlayFiles } from './kustomize/overlay-paths.js';
import type { OverlayProblem } from './kustomize/read-yaml.js';
import { readOverlayFolder } from './overlay-folder.js';
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

/** What a run changes, so that it must be there. */
const neededResources = ['Job submit', 'ConfigMap settings'] as const;

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

/** The user's own where there is one, else ours; throws CONFIG_INVALID with every problem of the user's. */
export async function readAppOverlay(directories: Directories, project: string, app: string): Promise<AppOverlay> {
  const folder = ejectedFolder(project, app);
  if (!(await isThere(folder))) return { app, origin: 'generated', folder, files: await readOwnOverlay(directories) };
  await refuseOutside(project, folder);
  const read = await readOverlayFolder(folder);
  const problems = read.problems.length > 0 ? read.problems : findOverlayProblems(read.files);
  if (problems.length > 0) throw overlayInvalid(app, folder, problems);
  return { app, origin: 'ejected', folder, files: read.files };
}

/** Ours, as it lies in the package. */
export async function readOwnOverlay(directories: Directories): Promise<OverlayFiles> {
  return (await readOverlayFolder(ownOverlayFolder(directories))).files;
}

export function ownOverlayFolder({ package: root }: Directories): string {
  return join(root, 'kustomize', 'run');
}

/** What kustomize would refuse, and what a run could not do without. */
export function findOverlayProblems(files: OverlayFiles): readonly OverlayProblem[] {
  const { problems, resources } = readOverlay(files);
  if (problems.length > 0) return problems;
  const there = new Set(resources.map(({ kind, names }) => `${kind} ${names[0] ?? ''}`));
  return neededResources
    .filter((name) => !there.has(name))
    .map((name) => ({ file: 'kustomization.yaml', line: 1, message: `comes to no ${name}, which every run changes` }));
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

function overlayInvalid(app: string, folder: string, problems: readonly OverlayProblem[]): SparkDevError {
  const count = problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`;
  return new SparkDevError('CONFIG_INVALID', `The ejected overlay of ${app} has ${count}`, {
    why: limitList(problems.map(({ file, line, message }) => `${join(folder, file)}:${String(line)} ${message}`)).join(
      '\n',
    ),
    fix: [`Mend it in ${folder}`, `spark-dev overlay eject ${app}   # writes ours anew; it asks first`],
    facts: { folder, problems },
  });
}
