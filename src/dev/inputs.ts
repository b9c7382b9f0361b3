import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { findProjectFolder, findSettingsFile } from '../config/load-settings.js';
import { listFilesAt, sumOf } from '../files/paths.js';
import type { BuildRequest } from '../job/build/products.js';
import { listProjectFiles } from '../job/build/project.js';
import { fileLists, roleNames, type SparkJob } from '../job/job.js';
import { findEjected } from '../overlay/app-overlay.js';
import type { Host } from '../ports/host.js';
import { muted } from '../steps/quiet.js';
import { addNamedData } from '../run/preflight/named-data.js';
import { readRequest, type RunRequest } from '../run/request.js';

/** What a program is made of. */
export interface Inputs extends Pick<BuildRequest, 'app' | 'spark'> {
  readonly files: readonly string[];
  /** Another one when a file has another content, appears or goes. */
  readonly state: string;
  /** The same of the data that it names, which may be its results. */
  readonly data: string;
}

/** Read for each save, which may bring other modules. Throws what is wrong with the request. */
export async function readInputs(host: Host, request: RunRequest): Promise<Inputs> {
  const { app, job, spark } = await readRequest(muted(host), request);
  const { propertiesFile }: Readonly<Record<string, unknown>> = request.input.options;
  const ejected = await findEjected(await findProjectFolder(host), app.name);
  const lists = await Promise.all([
    listOfJob(job),
    below([await findSettingsFile(host), typeof propertiesFile === 'string' ? propertiesFile : undefined, ejected]),
  ]);
  const own = [...new Set(lists.flat())].toSorted();
  const data = (await below(await listNamed(host, job))).filter((path) => !own.includes(path));
  const files = [...own, ...data];
  return { app, spark, files, state: await readStates(own), data: await readStates(data) };
}

async function listOfJob(job: SparkJob): Promise<readonly string[]> {
  const { main, sources, requirements } = job;
  if (main.kind === 'project') return listProjectFiles(main.folder);
  const named = ['at' in main ? [main] : [], ...fileLists.map((list) => job[list])].flat();
  return below([
    ...sources.texts.map(({ path }) => path),
    ...named.map(({ at }) => (at.where === 'here' ? at.path : undefined)),
    ...requirements.files,
    ...requirements.projects,
    ...roleNames.map((role) => job[role].podTemplate?.file),
  ]);
}

/** What is too large to bring along is not watched either. */
async function listNamed(host: Host, job: SparkJob): Promise<readonly string[]> {
  return addNamedData(muted(host), job, false).then(
    ({ data }) => data,
    () => [],
  );
}

async function below(paths: readonly (string | undefined)[]): Promise<readonly string[]> {
  return (await Promise.all(paths.filter((path) => path !== undefined).map(listFilesAt))).flat();
}

/** Bytes; of a larger file, size and time say enough. */
const mostRead = 1e6;

async function readStates(paths: readonly string[]): Promise<string> {
  const states: (readonly string[])[] = [];
  for (const path of paths) states.push(await readState(path));
  return createHash('sha256').update(JSON.stringify(states)).digest('hex');
}

async function readState(path: string): Promise<readonly string[]> {
  try {
    const { size, mtimeMs } = await stat(path);
    return [path, size > mostRead ? `${String(size)} ${String(mtimeMs)}` : await sumOf(path)];
  } catch {
    return [path];
  }
}

/** A new module lies beside an old one, and looks like it. */
export function watchedBy({ files }: Pick<Inputs, 'files'>) {
  const known = new Set(files);
  const endings = new Set(files.map((path) => extname(path)));
  return {
    folders: [...new Set(files.map((path) => dirname(path)))],
    isWanted: (path: string): boolean => known.has(path) || endings.has(extname(path)),
  };
}
