import { basename } from 'node:path';
import { readAppFlags, type AppFlags, type FlagInput } from '../config/app-flags.js';
import { placeApp, joinApp, pathInFile } from '../config/place-app.js';
import { type AppOrigin, type AppSaid, type Settings, type Problem, limitList } from '../config/settings.js';
import type { CommandInput } from '../command.js';
import type { Host } from '../ports/host.js';
import type { Application } from './application.js';
import { addPropertiesFile, moveConfToFields } from './foreign-conf.js';
import type { JobProblem } from './conf-rules.js';
import type { SparkJob } from './job.js';
import { describeConflict, podTemplates } from '../spark/pod-templates.js';
import { nameUnknown } from '../spark/known-properties.js';
import { sparkVersion } from '../toolchain/spark/versions.js';
import { resolveJob } from './resolve-job.js';
import { isSecretName } from '../secrets/mask.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

interface ReadJob {
  readonly job: SparkJob;
  /** Where a part of the job was set, for problems that only the cluster reveals. */
  readonly place: (problem: JobProblem) => LocatedProblem;
}

/** One job from the flags and spark-dev.yaml of an application; throws with everything that is wrong with it. */
export async function readJob(
  host: Host,
  input: FlagInput & Pick<CommandInput, 'passthrough'>,
  settings: Settings,
  app: Application,
): Promise<ReadJob> {
  const typed = moveConfToFields(readAppFlags(input));
  const { propertiesFile: file } = input.options;
  const flags = typeof file === 'string' ? await addPropertiesFile(host, typed, file) : typed;
  const read = await validateFlags(flags);
  const said = placeApp(host.directories.working, read.said);
  const joined = joinApp(said, settings.apps[app.name]);
  const words = input.passthrough.length > 0 ? input.passthrough : (settings.apps[app.name]?.args ?? []);
  const place = placer(flags, said, app, settings.origins[app.name]);
  const { job, problems } = await resolveJob(app, joined, words, host.directories.working);
  const all = [...flags.problems.map(placeFlag), ...[...read.problems, ...problems].map(place)];
  if (all.length > 0) throw jobInvalid(all);
  warn(host, job);
  const version =
    job.sparkVersion ?? settings.sparkVersion ?? (job.image === undefined ? sparkVersion.version : undefined);
  await nameUnknown(host, job.conf, version);
  return { job, place };
}

/** Flags must match the file's schema; those that do not are reported and left out of the rest. */
async function validateFlags({
  said,
}: AppFlags): Promise<{ readonly said: AppSaid; readonly problems: readonly JobProblem[] }> {
  if (Object.keys(said).length === 0) return { said: { args: [] }, problems: [] };
  const { saidSchema } = await import('../config/app-schema.js');
  const first = saidSchema.safeParse(said);
  if (first.success) return { said: first.data, problems: [] };
  const { describeIssue } = await import('../config/parse-settings.js');
  const problems = first.error.issues.map((issue) => ({
    path: issue.path.map(String),
    message: describeIssue(issue),
  }));
  const sound = Object.fromEntries(
    Object.entries(said).filter(([name]) => !problems.some(({ path }) => path[0] === name)),
  );
  return { said: saidSchema.parse(sound), problems };
}

function placer(
  flags: AppFlags,
  said: AppSaid,
  app: Application,
  origin: AppOrigin | undefined,
): (problem: JobProblem) => LocatedProblem {
  return ({ path, message }) => {
    for (let length = path.length; length > 0; length--) {
      const flag = flags.places.get(path.slice(0, length).join('.'));
      if (flag !== undefined) return placeFlag({ ...flag, message });
    }
    const isOfMain = path[0] === 'path' || path[0] === 'main';
    if (origin === undefined) return { message, place: isOfMain ? nameOf(app) : path.join('.') };
    const inFile = ['apps', app.name, ...pathInFile(said, path)];
    const { line, column } = origin.locate(inFile);
    const place = `${origin.file}:${String(line)}:${String(column)} ${inFile.join('.')}`;
    return { message, place, problem: { path: inFile.join('.'), message, line, column } };
  };
}

/** As typed, for a file. */
function nameOf(app: Application): string {
  return 'at' in app && app.at.where === 'here' ? basename(app.at.path) : app.name;
}

function placeFlag({ flag, value, message }: AppFlags['problems'][number]): LocatedProblem {
  const shown = value.length > 80 ? `${value.slice(0, 79)}…` : value;
  return { flag, message, place: `${flag} ${shown}` };
}

function warn(host: Host, job: SparkJob): void {
  for (const conflict of podTemplates(job).conflicts) host.ui.warn(describeConflict(conflict));
  const names = [...new Set([...Object.keys(job.driver.env), ...Object.keys(job.executor.env)])];
  for (const name of names.filter(isSecretName))
    host.ui.warn(`${name} looks like a secret, and env is readable in the pods: use --secret ${name}=SECRET:KEY`);
}

export interface LocatedProblem {
  /** `--conf spark.x`, or `FILE:3:5 apps.etl.conf.spark.x`. */
  readonly place: string;
  readonly message: string;
  /** The flag or variable it came from. */
  readonly flag?: string;
  /** The file it came from. */
  readonly problem?: Problem;
}

/** Everything that is wrong with a job, each problem with its origin. */
export function jobInvalid(problems: readonly LocatedProblem[]): SparkDevError {
  const only = problems.length === 1 ? problems[0] : undefined;
  const fromFile = problems.filter(({ problem }) => problem !== undefined).length;
  const line = ({ place, message }: LocatedProblem): string => (place === '' ? message : `${place}: ${message}`);
  const what = only ? `Invalid value for ${only.place}` : `The job has ${String(problems.length)} problems`;
  return new SparkDevError(fromFile === problems.length ? 'CONFIG_INVALID' : 'USAGE', what, {
    why: only?.message ?? limitList(problems.map(line)).join('\n'),
    fix: [...(fromFile > 0 ? ['spark-dev help spark-dev.yaml'] : []), 'spark-dev run --help'],
    facts: { problems: problems.map(({ place, message, problem }) => ({ place, message, ...problem })) },
  });
}
