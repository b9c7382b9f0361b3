import { basename, join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import { fileLists, type BuiltMain, type FileLocation, type JobFile, type SparkJob } from '../job/job.js';
import { appFolder, appInImage, dataFolder, placeInProject, sharedFolder } from '../job/job-properties.js';

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
  const hasEntrypoint = data.length > 0 || job.sharesFolder || driverFileArguments(job).length > 0;
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
    generated: hasEntrypoint ? { 'entrypoint.sh': renderEntrypoint(words, job) } : {},
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

/** Runs before the image's own entry point, for any image. The working folder is a volume, so the data are copied into it. */
export function renderEntrypoint(words: readonly string[], { data, sharesFolder }: SparkJob): string {
  const enter = sharesFolder ? [`cd ${sharedFolder} || exit`] : [];
  const lay = data.length === 0 ? [] : [`cp -r ${appFolder}/${dataFolder}/. . || exit`];
  const pass = words.length === 0 ? [] : ['shift', `set -- driver ${joinWords(words)} "$@"`];
  const steps = {
    driver: [
      ...(sharesFolder ? [`mkdir -p ${sharedFolder}`] : []),
      ...enter,
      ...lay,
      ...(sharesFolder ? ['touch ../started'] : []),
      ...pass,
    ],
    executor: sharesFolder ? enter : lay,
  };
  const cases = Object.entries(steps).map(([role, lines]) =>
    [`  ${role})`, ...[...lines, ';;'].map((line) => `    ${line}`)].join('\n'),
  );
  return `#!/bin/bash\ncase \${1:-} in\n${cases.join('\n')}\nesac\nexec /opt/entrypoint.sh "$@"\n`;
}
