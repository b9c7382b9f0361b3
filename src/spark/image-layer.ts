import { basename, join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import type { BuiltMain, JobFile, FileLocation, SparkJob } from '../job/job.js';
import { appFolder, nameInImage } from '../job/job-properties.js';

/** What stands on top of the Spark image: the application and its files, below the folder of the image's build. */
export interface AppLayer {
  readonly dockerfile: string;
  readonly generated: Readonly<Record<string, string>>;
  readonly copied: readonly { readonly from: string; readonly to: string }[];
}

const folders = { files: 'files', jars: 'jars', pyFiles: 'py', archives: 'archives' } as const;
const flags = { files: '--files', pyFiles: '--py-files', archives: '--archives' } as const;

/** The user that Spark runs as: a file that only its owner may read on this machine is read there too. */
const copy = 'COPY --chown=185:185';

/** Pure. The application comes last, so that a change of it moves one small layer. */
export function planAppLayer(job: SparkJob, main: BuiltMain, baseImage: string): AppLayer {
  const extra = (Object.keys(folders) as (keyof typeof folders)[]).flatMap((list) =>
    here(job[list].map(({ at }) => at)).map((from) => ({ from, to: join('extra', folders[list], basename(from)) })),
  );
  const own = here('at' in main ? [main.at] : []).map((from) => ({ from, to: join('app', nameInImage(from)) }));
  const words = driverFileArguments(job);
  const lines = [
    `FROM ${baseImage}`,
    ...(extra.length === 0 ? [] : [`${copy} extra/ ${appFolder}/`]),
    ...(words.length === 0
      ? []
      : [`${copy} entrypoint.sh ${appFolder}/`, `ENTRYPOINT ["/bin/bash", "${appFolder}/entrypoint.sh"]`]),
    ...(own.length === 0 ? [] : [`${copy} app/ ${appFolder}/`]),
  ];
  return {
    dockerfile: `${lines.join('\n')}\n`,
    generated: words.length === 0 ? {} : { 'entrypoint.sh': renderEntrypoint(words) },
    copied: [...extra, ...own],
  };
}

/**
 * What the driver's own spark-submit is told of files. As properties of the submission they would have to be local://,
 * which Spark takes for something that every node has, and hands on to no executor.
 */
export function driverFileArguments(job: Pick<SparkJob, keyof typeof flags>): readonly string[] {
  return (Object.keys(flags) as (keyof typeof flags)[]).flatMap((list) =>
    job[list].length === 0 ? [] : [flags[list], job[list].map((file) => fileUri(file, folders[list])).join(',')],
  );
}

function fileUri({ at, as }: JobFile, folder: string): string {
  const uri =
    at.where === 'remote'
      ? at.url
      : `file://${at.where === 'here' ? `${appFolder}/${folder}/${basename(at.path)}` : at.path}`;
  return as === undefined ? uri : `${uri}#${as}`;
}

function here(places: readonly FileLocation[]): readonly string[] {
  return [...new Set(places.flatMap((at) => (at.where === 'here' ? [at.path] : [])))];
}

/** In front of the image's own, whatever image that is. */
function renderEntrypoint(words: readonly string[]): string {
  return `#!/bin/bash
if [[ \${1:-} == driver ]]; then
  shift
  set -- driver ${joinWords(words)} "$@"
fi
exec /opt/entrypoint.sh "$@"
`;
}
