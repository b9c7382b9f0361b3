import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AppSaid } from '../config/settings.js';
import type { Application } from './application.js';
import { readLocation } from './program-sources.js';
import { validateConf, type JobProblem, type ValidatedConf } from './conf-rules.js';
import {
  listJobFiles,
  roleNames,
  type JobFile,
  type JobSecret,
  type JobVolume,
  type RoleName,
  type SparkJob,
} from './job.js';
import { jobProperties } from './job-properties.js';
import { validateJob } from './validate-job.js';
import { validateMainClass } from './validate-main-class.js';
import { readSources } from './sources.js';
import { findPackagesInSource, findRequirements } from './packages/find-requirements.js';
import { expandPattern } from './expand-pattern.js';
import { readTemplate, type ReadTemplate } from './read-template.js';
import { slugOf } from '../runs/run-folder.js';

export interface ResolvedJob {
  readonly job: SparkJob;
  /** Empty if this machine sees no obstacle to submitting it. */
  readonly problems: readonly JobProblem[];
}

/** The job with a laptop's defaults, and every problem that can be found without a cluster. */
export async function resolveJob(
  app: Application,
  written: Partial<AppSaid> = {},
  words: readonly string[] = written.args ?? [],
  working = '/',
): Promise<ResolvedJob> {
  const [files, data] = await Promise.all([written.files, written.data].map(expandAll));
  const said = { ...written, files, data };
  const conf = validateConf(said.conf ?? {}, (path) => valueAt(said, path));
  const templateOf = async (role: RoleName): Promise<ReadTemplate> => {
    const file = said[role]?.podTemplate;
    return file === undefined ? { problems: [] } : readTemplate(role, file);
  };
  const [driver, executor] = await Promise.all([templateOf('driver'), templateOf('executor')]);
  const templates = { driver, executor };
  const shaped = shape(app, said, words, conf, (role) => templates[role].template);
  const looked = await lookAtFiles(shaped);
  const requirements = await findRequirements(app, said);
  const sorted = withFolders(shaped, looked.folders);
  const sources = await readSources(sorted);
  const job = { ...sorted, working, requirements, sources, conf: { ...findPackagesInSource(sources), ...sorted.conf } };
  const problems = [
    ...conf.problems,
    ...roleNames.flatMap((role) =>
      templates[role].problems.map((message) => ({ path: [role, 'podTemplate'], message })),
    ),
    ...validateJob(job).map(({ path, message }) => {
      const key = conf.origins.get(path.join('.'));
      return { path: key === undefined ? path : ['conf', key], message };
    }),
    ...contradictions(job),
    ...looked.problems,
    ...(await validateMainClass(job)),
  ];
  return { job, problems };
}

/** Spark's default for `maxExecutors`. */
const mostExecutors = 2 ** 31 - 1;

function shape(
  app: Application,
  said: Partial<AppSaid>,
  words: readonly string[],
  { absorbed, isDynamic, conf }: ValidatedConf,
  templateOf: (role: RoleName) => SparkJob['driver']['podTemplate'],
): ShapedJob {
  const number = (name: string, value: number | undefined): number | undefined => value ?? absorbed.get(name);
  const role = (name: RoleName): SparkJob['driver'] => ({
    memoryMb: number(`${name}.memory`, said[name]?.memory),
    cores: number(`${name}.cores`, said[name]?.cores),
    overheadMb: number(`${name}.overhead`, said[name]?.overhead),
    env: { ...said.env, ...said[name]?.env },
    labels: { ...said.labels, ...said[name]?.labels },
    annotations: { ...said.annotations, ...said[name]?.annotations },
    nodeSelector: { ...said.nodeSelector, ...said[name]?.nodeSelector },
    podTemplate: templateOf(name),
  });
  const written = said.name ?? app.name;
  const min = number('dynamicAllocation.min', said.dynamicAllocation?.min) ?? 0;
  const max = number('dynamicAllocation.max', said.dynamicAllocation?.max) ?? mostExecutors;
  const dynamicAllocation = said.dynamicAllocation === undefined && !isDynamic ? undefined : { min, max };
  const asked = number('executors', said.executors);
  // Utils.getDynamicAllocationInitialExecutors
  const initial = Math.max(min, absorbed.get('dynamicAllocation.initial') ?? 0, asked ?? 0);
  return {
    name: { written, slug: slugOf(written) },
    main: app,
    arguments: words,
    sparkVersion: said.spark,
    image: said.image,
    deployMode: said.deployMode ?? 'cluster',
    namespace: said.namespace,
    serviceAccount: said.serviceAccount,
    driver: role('driver'),
    executor: {
      ...role('executor'),
      pysparkMb: number('executor.pyspark', said.executor?.pyspark),
      offHeapMb: number('executor.offHeap', said.executor?.offHeap),
    },
    executors: dynamicAllocation === undefined ? (asked ?? 1) : initial,
    dynamicAllocation,
    conf,
    files: (said.files ?? []).map(readFile),
    jars: (said.jars ?? []).map(readFile),
    pyFiles: (said.pyFiles ?? []).map(readFile),
    pyFolders: [],
    archives: (said.archives ?? []).map(readFile),
    working: '/',
    data: said.data ?? [],
    sharesFolder: false,
    secrets: (said.secrets ?? []).map(readSecret),
    volumes: (said.volumes ?? []).map(readVolume),
    tolerations: (said.tolerations ?? []) as SparkJob['tolerations'],
  };
}

function readFile(location: string): JobFile {
  // a folder may have a `#` in its name: only a `#` after the last slash gives the file another name
  const slash = location.lastIndexOf('/') + 1;
  const [file = '', as] = location.slice(slash).split('#');
  return { at: readLocation(location.slice(0, slash) + file), as };
}

function readRoles(on: RoleName | readonly RoleName[] | undefined): readonly RoleName[] {
  return on === undefined ? roleNames : [on].flat();
}

function readSecret({ secret, env, key, path, on }: NonNullable<AppSaid['secrets']>[number]): JobSecret {
  const common = { secret, on: readRoles(on) };
  return env !== undefined && key !== undefined
    ? { ...common, kind: 'env', variable: env, key }
    : { ...common, kind: 'mounted', path: path ?? '' };
}

function readVolume(volume: NonNullable<AppSaid['volumes']>[number]): JobVolume {
  const { name, path, readOnly = false, claim, emptyDir, onDemand, on } = volume;
  const common = { name, path, readOnly, on: readRoles(on) };
  if (claim !== undefined) return { ...common, kind: 'claim', claim };
  if (onDemand !== undefined)
    return { ...common, kind: 'on-demand', size: onDemand.size, storageClass: onDemand.class };
  return { ...common, kind: 'empty-dir', medium: emptyDir?.medium ?? 'disk', sizeLimit: emptyDir?.size };
}

/** Conf keys that contradict the job model. */
function contradictions(job: SparkJob): readonly JobProblem[] {
  const ours = jobProperties(job);
  return Object.entries(job.conf).flatMap(([key, value]) => {
    const other = ours[key];
    if (other === undefined || other === value) return [];
    return [{ path: ['conf', key], message: `contradicts another setting of the job, which makes it ${other}` }];
  });
}

async function expandAll(locations: readonly string[] = []): Promise<string[]> {
  return (await Promise.all(locations.map(expandPattern))).flat();
}

type ShapedJob = Omit<SparkJob, 'requirements' | 'sources'>;

/** Folders count as data, since Spark takes none; so do files, which both find by path as well as by name. */
function withFolders(job: ShapedJob, folders: ReadonlySet<string>): ShapedJob {
  const here = (files: readonly JobFile[]): readonly string[] =>
    files.flatMap(({ at }) => (at.where === 'here' ? [at.path] : []));
  const isFile = ({ at }: JobFile): boolean => at.where !== 'here' || !folders.has(at.path);
  return {
    ...job,
    files: job.files.filter(isFile),
    data: [...new Set([...job.data, ...here(job.files)])],
    pyFiles: job.pyFiles.filter(isFile),
    pyFolders: here(job.pyFiles).filter((path) => folders.has(path)),
  };
}

async function lookAtFiles(
  job: ShapedJob,
): Promise<{ readonly folders: ReadonlySet<string>; readonly problems: readonly JobProblem[] }> {
  const folders = new Set<string>();
  const data = job.data.map((path, index) => ({ path: ['data', String(index)], at: readLocation(path) }));
  const problems = [...listJobFiles(job), ...data].map(async ({ path, at }): Promise<JobProblem | undefined> => {
    const [list = ''] = path;
    if (list === 'data' && at.where !== 'here') return { path, message: 'not a file or folder of this machine' };
    if (at.where !== 'here') return undefined;
    const entry = await stat(at.path).catch(() => undefined);
    if (entry === undefined) return { path, message: `no such file: ${at.path}` };
    if (entry.isFile()) return undefined;
    if (!entry.isDirectory() || !['files', 'data', 'pyFiles'].includes(list))
      return { path, message: `${basename(at.path)} is not a file: pack a folder into an archive` };
    folders.add(at.path);
    return undefined;
  });
  return { folders, problems: (await Promise.all(problems)).filter((problem) => problem !== undefined) };
}

function valueAt(said: unknown, path: readonly string[]): string | number | undefined {
  let value: unknown = said;
  for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}
