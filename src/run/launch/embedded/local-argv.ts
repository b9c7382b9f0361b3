import { createHash } from 'node:crypto';
import { basename, delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Argv } from '../../../ports/runner.js';
import { spillFolder } from '../../../runs/run-folder.js';
import type { SparkRuntime } from '../../../toolchain/spark/runtime.js';
import { fileLists, type BuiltMain, type JobFile, type SparkJob } from '../../../job/job.js';
import { isForCluster, sparkPreferences, eventLogConf } from '../../../spark/conf.js';
import { driverJavaOptions, sparkJavaOptions } from '../../../spark/java-options.js';
import { argumentFileText, isTrimmed, propertiesText } from '../../../spark/properties-file.js';

export interface LocalSubmission {
  readonly runtime: SparkRuntime;
  readonly name: string;
  readonly main: BuiltMain;
  readonly job: SparkJob;
  /** The Python interpreter; absent for Scala. */
  readonly python: string | undefined;
  /** What starts the JVM: images/spark/driver/driver.py; empty where this machine has no Python. */
  readonly starter: readonly string[];
  /** A folder with the Python packages that the job asks for. */
  readonly packages: string | undefined;
  readonly uiPort: number;
  /** Fail if the port is taken, instead of using the next free one. */
  readonly uiPortIsStrict: boolean;
  readonly folders: LocalFolders;
  /** JVM options for the class archive. */
  readonly archiveOptions: readonly string[];
}

type LocalFolders = ReturnType<typeof localFolders>;

/**
 * In the run's folder; files are in its `tmp`, which is removed with the run. Hive's catalog outlives it in `tables`, and with
 * `keepsTables` the tables too: without Hive they are in no catalog after the run, and the next one could not create them.
 */
export function localFolders(runFolder: string, tables: string, keepsTables = false) {
  return {
    events: join(runFolder, 'events'),
    conf: join(runFolder, 'conf'),
    scratch: join(runFolder, 'tmp'),
    spill: spillFolder(runFolder),
    tables,
    warehouse: join(keepsTables ? tables : runFolder, 'warehouse'),
    properties: join(runFolder, 'tmp', 'spark.properties'),
    javaOptions: join(runFolder, 'tmp', 'java-options'),
  };
}

/** Calls SparkSubmit in one JVM; spark-submit itself would first start another JVM, only to build this command. */
export function localArgv(submission: LocalSubmission): Argv {
  const { runtime, name, main, job, folders, archiveOptions, starter } = submission;
  const mainClass = 'mainClass' in main ? main.mainClass : undefined;
  return [
    ...starter,
    runtime.java.program,
    ...sparkJavaOptions(runtime.java),
    ...archiveOptions,
    // derby.log and metastore_db; before the job's own options, which may name another folder
    `-Dderby.system.home=${folders.tables}`,
    ...(javaWords(submission).length === 0 ? [] : [`@${folders.javaOptions}`]),
    // the driver's JVM is all there is, and its options cannot set the heap
    ...(job.driver.memoryMb === undefined ? [] : [`-Xmx${String(job.driver.memoryMb)}m`]),
    `-Djava.io.tmpdir=${folders.scratch}`,
    '-cp',
    // only jars: with a folder among them the JVM refuses the class archive
    [...frontOf(job), join(runtime.distribution.jars, '*')].join(delimiter),
    'org.apache.spark.deploy.SparkSubmit',
    '--master',
    'local[*]',
    '--name',
    name,
    ...(mainClass === undefined ? [] : ['--class', mainClass]),
    '--properties-file',
    folders.properties,
    ...fileLists.flatMap((list) =>
      job[list].length === 0 ? [] : [fileFlags[list], job[list].map((file) => listed(file, folders)).join(',')],
    ),
    main.kind === 'class' ? 'spark-internal' : main.at.where === 'remote' ? main.at.url : fileUri(main.at.path),
    ...job.arguments,
  ];
}

const fileFlags = { files: '--files', jars: '--jars', pyFiles: '--py-files', archives: '--archives' } as const;

function listed({ at, as }: JobFile, folders: LocalFolders): string {
  return `${at.where === 'remote' ? at.url : uriOf(at.path, folders)}${as === undefined ? '' : `#${as}`}`;
}

function uriOf(path: string, folders: LocalFolders): string {
  const link = linkTo(dirname(path), folders);
  const uri = listedUri(join(link ?? dirname(path), basename(path)));
  // Spark resolves links in plain paths, and not in URIs
  return link !== undefined && uri === join(link, basename(path)) ? `file://${uri}` : uri;
}

/** Stands in for a folder with a name that no list takes; undefined if it needs none. */
function linkTo(folder: string, { spill }: LocalFolders): string | undefined {
  if (findUnlistable(folder) === undefined) return undefined;
  return join(spill, `folder-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`);
}

/** The links that the lists of files name, each with its folder. */
export function localLinks({ job, folders }: LocalSubmission): ReadonlyMap<string, string> {
  const files = fileLists.flatMap((list) => job[list]);
  const parents = files.flatMap(({ at }) => (at.where === 'here' ? [dirname(at.path)] : []));
  return new Map(
    parents.flatMap((folder) => {
      const link = linkTo(folder, folders);
      return link === undefined ? [] : [[link, folder] as const];
    }),
  );
}

/** Passes possible secrets by file: every user on the machine can read a program's arguments. */
export function localFiles(submission: LocalSubmission): Readonly<Record<string, string>> {
  const { folders } = submission;
  const words = javaWords(submission);
  const properties = allConf(submission).filter(([, value]) => !isTrimmed(value));
  return {
    [folders.properties]: propertiesText(Object.fromEntries(properties)),
    ...(words.length === 0 ? {} : { [folders.javaOptions]: argumentFileText(words) }),
  };
}

/** Spark also reads properties from the JVM's own, and does not trim those values. */
function javaWords(submission: LocalSubmission): Argv {
  const untrimmed = allConf(submission).filter(([, value]) => isTrimmed(value));
  return [...driverJavaOptions(submission.job.conf), ...untrimmed.map(([key, value]) => `-D${key}=${value}`)];
}

/** Without the job's properties for a cluster. */
function allConf(submission: LocalSubmission): readonly (readonly [key: string, value: string])[] {
  const own = Object.entries(submission.job.conf).filter(([key]) => !isForCluster(key));
  return Object.entries({ ...sparkPreferences, ...localConf(submission), ...Object.fromEntries(own) });
}

/** The job's entries before Spark's jars; the class archive does not work with them. */
export function frontOf({ conf }: Pick<SparkJob, 'conf'>): readonly string[] {
  return [conf['spark.driver.extraClassPath'] ?? ''].filter((front) => front !== '');
}

function localConf({ folders, uiPort, uiPortIsStrict, python }: LocalSubmission): Readonly<Record<string, string>> {
  return {
    'spark.ui.port': String(uiPort),
    ...(uiPortIsStrict ? { 'spark.port.maxRetries': '0' } : {}),
    'spark.ui.showConsoleProgress': 'false',
    'spark.local.dir': folders.spill,
    // a path in Hadoop's form: Spark decodes nothing here, and would create a folder called `%20`
    'spark.sql.warehouse.dir': `file://${folders.warehouse}`,
    ...eventLogConf(pathToFileURL(folders.events).href),
    ...(python === undefined ? {} : { 'spark.pyspark.python': python }),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

/** Overrides the user's environment: loopback only, and no settings of another Spark on this machine. */
export function localEnv({ runtime, packages, folders, job, starter, python }: LocalSubmission, env: Env): Env {
  const foreign = Object.keys(env).filter(
    (key) => /^(SPARK_|PYSPARK_|HADOOP_|YARN_|HIVE_)/.test(key) && !key.startsWith('SPARK_DEV_'),
  );
  const joined = (...parts: readonly (string | undefined)[]): string =>
    parts.filter((part) => part !== undefined && part !== '').join(delimiter);
  const libraries = job.conf['spark.driver.extraLibraryPath'];
  const interpreter = job.conf['spark.pyspark.driver.python'] ?? job.conf['spark.pyspark.python'] ?? python;
  const roots = job.main.kind === 'python' ? (job.main.roots ?? []) : [];
  const ownPath = job.driver.env['PYTHONPATH'] ?? env['PYTHONPATH'];
  // with the POSIX locale, a JVM on Linux reads its arguments as ASCII
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return {
    ...Object.fromEntries(foreign.map((key) => [key, undefined])),
    SPARK_HOME: runtime.distribution.home,
    SPARK_CONF_DIR: folders.conf,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_HOSTNAME: '127.0.0.1',
    PYTHONUNBUFFERED: '1',
    ...(starter.length === 0 ? {} : { SPARK_DEV_LIFELINE: '3' }),
    ...(python === undefined ? {} : { SPARK_DEV_PYTHON: interpreter }),
    TMPDIR: folders.scratch,
    ...(/utf-?8/i.test(locale ?? '') ? {} : { LC_ALL: 'C.UTF-8' }),
    // the JVM's library path on Linux and on macOS
    ...(libraries === undefined
      ? {}
      : {
          LD_LIBRARY_PATH: joined(libraries, env['LD_LIBRARY_PATH']),
          DYLD_LIBRARY_PATH: joined(libraries, env['DYLD_LIBRARY_PATH']),
        }),
    ...job.driver.env,
    // the program's own modules, for the driver and for the workers, which inherit it
    PYTHONPATH: joined(...runtime.distribution.pythonPath, ...roots, ...job.pyFolders, packages, ownPath),
  };
}

/** Means the same as a path and as a URI, in Spark's lists and patterns. */
const plain = /^[\w/.+=@~-]+$/;

/**
 * Spark reads paths as URIs where it can: `%20` in a folder name would become a blank, and `#` would end the path. Plain paths
 * stay unchanged, which is easier to read.
 */
export function fileUri(path: string): string {
  return plain.test(path) ? path : `file://${path.split('/').map(encode).join('/')}`;
}

/** For --files and the like, where Spark decodes the URI and then expands patterns: Hadoop reads `\*` as a star. */
export function listedUri(path: string): string {
  return fileUri(path.replaceAll(/[*{}\\]/g, String.raw`\$&`));
}

/** What a name in such a list cannot have: commas separate it, Hadoop reads a colon as the end of a scheme, and Spark itself forgets to encode brackets and question marks. */
export function findUnlistable(path: string): string | undefined {
  return /[,:?[\]]/.exec(path)?.[0];
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
