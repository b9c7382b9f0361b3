import { basename, join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import { fileLists, type BuiltMain, type FileLocation, type JobFile, type SparkJob } from '../job/job.js';
import { appFolder, appInImage, dataFolder, placeInProject } from '../job/job-properties.js';

/** The layer on top of the Spark image: the application and its files, relative to the build folder. */
export interface AppLayer {
  readonly dockerfile: string;
  readonly generated: Readonly<Record<string, string>>;
  readonly copied: readonly { readonly from: string; readonly to: string }[];
}

const folders = { files: 'files', jars: 'jars', pyFiles: 'py', archives: 'archives' } as const;
const flags = { files: '--files', pyFiles: '--py-files', archives: '--archives' } as const;

/** Spark's user, so that it can read files that only the owner may read on this machine. */
const copy = 'COPY --chown=185:185';

/** Pure. The application comes last, so that a change to it replaces only one small layer. */
export function planAppLayer(job: SparkJob, main: BuiltMain, baseImage: string): AppLayer {
  const extra = fileLists.flatMap((list) =>
    here(job[list]).map((from) => ({ from, to: join('extra', folders[list], basename(from)) })),
  );
  const own = here('at' in main ? [main] : []).map((from) => ({ from, to: join('app', appInImage(job, from)) }));
  const data = job.data.map((from) => ({ from, to: join(dataFolder, placeInProject(job.working, from)) }));
  const hasEntrypoint = data.length > 0 || driverFileArguments(job).length > 0;
  const words = driverFileArguments(job);
  const entrypoint = [`${copy} entrypoint.sh ${appFolder}/`, `ENTRYPOINT ["/bin/bash", "${appFolder}/entrypoint.sh"]`];
  const lines = [
    `FROM ${baseImage}`,
    ...(extra.length === 0 ? [] : [`${copy} extra/ ${appFolder}/`]),
    ...(data.length === 0 ? [] : [`${copy} ${dataFolder}/ ${appFolder}/${dataFolder}/`]),
    ...(hasEntrypoint ? entrypoint : []),
    ...(own.length === 0 ? [] : [`${copy} app/ ${appFolder}/`]),
  ];
  return {
    dockerfile: `${lines.join('\n')}\n`,
    generated: hasEntrypoint ? { 'entrypoint.sh': renderEntrypoint(words, data.length > 0) } : {},
    copied: [...extra, ...data, ...own],
  };
}

/**
 * File arguments for the driver's own spark-submit. As properties of the submission they would have to be local://, which
 * Spark expects on every node and does not pass to executors.
 */
export function driverFileArguments(job: SparkJob): readonly string[] {
  return (['files', 'pyFiles', 'archives'] as const).flatMap((list) =>
    job[list].length === 0 ? [] : [flags[list], job[list].map((file) => fileUri(file, folders[list])).join(',')],
  );
}

function fileUri({ at, as }: JobFile, folder: string): string {
  const path = at.where === 'here' ? `${appFolder}/${folder}/${basename(at.path)}` : undefined;
  const uri = at.where === 'remote' ? at.url : `file://${path ?? at.path}`;
  return as === undefined ? uri : `${uri}#${as}`;
}

function here(files: readonly { readonly at: FileLocation }[]): readonly string[] {
  return [...new Set(files.flatMap(({ at }) => (at.where === 'here' ? [at.path] : [])))];
}

/** Runs before the image's own entry point, for any image; puts the data into the working folder, which is a volume. */
function renderEntrypoint(words: readonly string[], hasData: boolean): string {
  const lay = `case \${1:-} in driver | executor) cp -r ${appFolder}/${dataFolder}/. . || exit ;; esac`;
  const pass = `if [[ \${1:-} == driver ]]; then
  shift
  set -- driver ${joinWords(words)} "$@"
fi`;
  const steps = [...(hasData ? [lay] : []), ...(words.length === 0 ? [] : [pass])];
  return `#!/bin/bash\n${steps.join('\n')}\nexec /opt/entrypoint.sh "$@"\n`;
}
