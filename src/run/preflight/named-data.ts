import { lstat, opendir, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { quoteArgv } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isBelow } from '../../files/paths.js';
import type { SparkJob } from '../../job/job.js';
import { lineAt, listLiterals } from '../../job/literals.js';
import type { Host } from '../../ports/host.js';
import { showBytes } from '../../text/sizes.js';

/** Bytes; more belongs on a volume, since each change would build and load it again. */
export const mostData = 100e6;

interface NamedPath {
  readonly path: string;
  /** `etl.py:12` or `an argument`. */
  readonly by: string;
  readonly bytes: number;
}

/**
 * The job with the files that its sources or arguments name by a relative path, so that driver and executors find them too, and
 * says so. In an image that leaves this machine (`isPublished`) it only says what is missing there. Throws USAGE for too much data.
 */
export async function addNamedData(
  { ui, directories }: Pick<Host, 'ui' | 'directories'>,
  job: SparkJob,
  isPublished: boolean,
): Promise<SparkJob> {
  const sizes = await Promise.all(job.data.map(measure));
  const asked = sizes.reduce((sum, size) => sum + size, 0);
  if (asked > mostData) throw tooLarge(job, asked);
  const { paths, absolute } = await findNamed(job, directories.userHome);
  for (const { path, by } of absolute)
    ui.warn(`The pods have no ${path} (${by}): use a relative path below ${job.working}, or a volume`);
  const show = (path: string): string => relative(job.working, path);
  const added: NamedPath[] = [];
  let free = mostData - asked;
  for (const named of paths.toSorted((one, other) => one.bytes - other.bytes)) {
    if ([...job.data, ...added.map(({ path }) => path)].some((folder) => isBelow(folder, named.path))) continue;
    const fits = named.bytes <= free;
    if (fits && !isPublished) {
      added.push(named);
      free -= named.bytes;
    } else {
      const how = fits ? `copy it into the image: --files ${quoteArgv([show(named.path)])}` : 'mount it: --volume';
      ui.warn(`The pods have no ${show(named.path)} (${showBytes(named.bytes)}, ${named.by}): ${how}`);
    }
  }
  const list = added.map(({ path, by, bytes }) => `${show(path)} (${showBytes(bytes)}, ${by})`);
  if (list.length > 0) ui.say(`Copied into the image, as the program names them: ${list.join(', ')}`);
  return { ...job, data: [...job.data, ...added.map(({ path }) => path)] };
}

function tooLarge({ name }: SparkJob, bytes: number): SparkDevError {
  return new SparkDevError('USAGE', `The data of ${name.written} are too large for an image: ${showBytes(bytes)}`, {
    why: `files and data go into the application's image, at most ${showBytes(mostData)}.`,
    fix: ['Copy them to a volume, and mount it: --volume claim/NAME:/data', 'spark-dev help spark-dev.yaml'],
  });
}

/** In SQL, or in what a shell runs. */
const quotedInside = /(["'`])((?:(?!\1)[^\\\n])+)\1/g;
/** A whole package comes along if one of its modules is used. */
const mostSources = 200;
const ofPrograms = new Set(['.py', '.scala', '.java', '.jar', '.sbt', '.egg', '.whl', '.zip']);

async function findNamed(job: SparkJob, userHome: string) {
  const { working } = job;
  const sources = job.sources.texts.slice(0, mostSources);
  const words = new Map<string, () => string>();
  for (const word of job.arguments)
    for (const text of [word, word.replace(/^[\w-]+=/, '')]) words.set(text, () => 'an argument');
  for (const source of sources)
    for (const { value, at } of listLiterals(source))
      for (const text of [value, ...[...value.matchAll(quotedInside)].map(([, , inside = '']) => inside)])
        if (!words.has(text)) words.set(text, () => `${relative(working, source.path)}:${String(lineAt(source, at))}`);
  const paths = new Map<string, NamedPath>();
  const absolute = new Map<string, { readonly path: string; readonly by: string }>();
  const folders = [working, ...sources.slice(0, 1).map(({ path }) => dirname(path))];
  for (const [text, by] of words) {
    if (/^\/|^\.\.\/.*\w/.test(text)) {
      const path = resolve(working, text);
      const isOutside =
        !isBelow(working, path) && text.startsWith('.') && !sources.some((one) => isBelow(path, one.path));
      const isOfUser = [working, userHome].some((folder) => folder !== '/' && isBelow(folder, text));
      if ((isOutside || isOfUser) && !absolute.has(text) && (await isPlain(path)))
        absolute.set(text, { path: text, by: by() });
      continue;
    }
    // a pattern stands for the folder before it
    const plain = text.replace(/(^|\/)[^/]*[*?{[].*$/, '');
    if (!/^(?:\.\/)*[^./~\s-]/.test(plain) || ofPrograms.has(extname(plain))) continue;
    for (const folder of folders) {
      const path = resolve(folder, plain);
      const holdsSource = sources.some((source) => isBelow(path, source.path));
      if (paths.has(path) || holdsSource || !isBelow(working, path) || /\/\./.test(path.slice(working.length)))
        continue;
      if (await isPlain(path)) paths.set(path, { path, by: by(), bytes: await measure(path) });
    }
  }
  return { paths: [...paths.values()], absolute: [...absolute.values()] };
}

async function isPlain(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true || found?.isDirectory() === true;
}

/** Bytes, counted until there are too many. */
async function measure(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  let bytes = 0;
  for await (const entry of await opendir(path, { recursive: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
    if (bytes > mostData) break;
  }
  return bytes;
}

const writing =
  /\.(write|writeStream|writeTo)\b|saveAs\w*File|\bto_(csv|parquet|json|excel|pickle)\b|savefig|\bopen\([^)\n]*,\s*["'][wax]|write_text|write_bytes|PrintWriter|FileWriter|Files\.write/;

/** The job with a working folder that comes back, if it may write to relative paths; says where that is not possible. */
export function planResults({ ui }: Pick<Host, 'ui'>, job: SparkJob, isShared: boolean): SparkJob {
  const sources = job.sources.texts;
  const by = sources.find(({ text }) => writing.test(text))?.path;
  const tables = sources.find(({ text }) => /saveAsTable|enableHiveSupport/.test(text))?.path;
  if (tables !== undefined && job.conf['spark.sql.warehouse.dir'] === undefined)
    ui.warn(
      `${relative(job.working, tables)} saves tables: on the cluster they and their catalog are gone with the run`,
    );
  if (by === undefined && job.main.kind !== 'jar') return job;
  // executors unpack archives in their working folder, where they would disturb each other
  if (!isShared && job.archives.length === 0) return { ...job, sharesFolder: true };
  const why = isShared ? 'a shared cluster' : 'a job with archives';
  if (by !== undefined)
    ui.warn(
      `${relative(job.working, by)} writes files: with ${why}, relative paths are gone with the pods; use a volume or s3a://`,
    );
  return job;
}
