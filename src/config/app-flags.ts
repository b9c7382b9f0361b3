import type { CommandInput, NamedValues, OptionSpec } from '../command.js';
import { slugify } from '../text/words.js';

/** A problem with one flag or its variable, found now or later. */
export interface FlagProblem {
  /** `--conf`, `SPARK_DEV_CONF`. */
  readonly flag: string;
  readonly value: string;
  readonly message: string;
}

/** An application's flags as an entry of `apps:`, for the same schema. */
export interface AppFlags {
  readonly said: Record<string, unknown>;
  /** Dotted path in the entry → the flag and its value, for problems. */
  readonly places: ReadonlyMap<string, Pick<FlagProblem, 'flag' | 'value'>>;
  readonly problems: readonly FlagProblem[];
}

/** `pairs` are KEY=VALUE, `commas` a list as spark-submit takes it; the path is where the value goes in the entry. */
type How = 'value' | 'pairs' | 'commas' | 'secret' | 'volume';

/** Named like spark-submit's flags where those exist. Those without a description are in job-size.ts and run-options.ts. */
const appFlags: readonly (readonly [flags: string, how: How, path: string, description?: string])[] = [
  ['--class <name>', 'value', 'main', 'main class'],
  ['--driver-memory <size>', 'value', 'driver.memory'],
  ['--driver-cores <number>', 'value', 'driver.cores'],
  ['--executor-memory <size>', 'value', 'executor.memory'],
  ['--executor-cores <number>', 'value', 'executor.cores'],
  ['--num-executors <number>', 'value', 'executors'],
  ['--deploy-mode <mode>', 'value', 'deployMode'],
  ['--spark-version <version>', 'value', 'spark'],
  ['--name <name>', 'value', 'name', 'display name'],
  [
    '--packages <coordinates>',
    'value',
    'conf.spark.jars.packages',
    'comma-separated Maven packages, GROUP:NAME:VERSION',
  ],
  [
    '--exclude-packages <names>',
    'value',
    'conf.spark.jars.excludes',
    'comma-separated GROUP:NAME to leave out of them',
  ],
  ['--repositories <urls>', 'value', 'conf.spark.jars.repositories', 'comma-separated further Maven repositories'],
  ['--driver-class-path <path>', 'value', 'conf.spark.driver.extraClassPath', "in front of the driver's class path"],
  ['--driver-java-options <options>', 'value', 'conf.spark.driver.extraJavaOptions', "options for the driver's JVM"],
  ['--driver-library-path <path>', 'value', 'conf.spark.driver.extraLibraryPath', "the driver's native libraries"],
  ['--conf <key=value>', 'pairs', 'conf', 'Spark property; repeatable, like all flags below'],
  ['--files <paths>', 'commas', 'files', 'comma-separated files and folders for driver and executors'],
  ['--jars <paths>', 'commas', 'jars', 'comma-separated jars for the class path'],
  ['--py-files <paths>', 'commas', 'pyFiles', 'comma-separated .py, .zip or .egg files for the Python path'],
  ['--with <packages>', 'commas', 'with', 'comma-separated Python packages, as pip takes them: pandas,pyarrow'],
  [
    '--requirements <file>',
    'value',
    'requirements',
    "requirements.txt or pyproject.toml; none: not even the project's own",
  ],
  [
    '--archives <paths>',
    'commas',
    'archives',
    'comma-separated archives to unpack on driver and executors, FILE#folder',
  ],
  ['--env <name=value>', 'pairs', 'env', 'environment variable for driver and executors'],
  ['--secret <what>', 'secret', 'secrets', 'mount a secret: VARIABLE=secret:key, or secret=/path for all its keys'],
  [
    '--volume <what>',
    'volume',
    'volumes',
    'mount a volume: empty:/path, memory/1Gi:/path, new/2Gi:/path or claim/NAME:/path; append :ro for read-only',
  ],
  ['--service-account <name>', 'value', 'serviceAccount', 'service account of the driver (default spark)'],
  ['--node-selector <key=value>', 'pairs', 'nodeSelector', 'label that the node must have'],
  ['--label <key=value>', 'pairs', 'labels', 'label for driver and executor pods'],
  ['--annotation <key=value>', 'pairs', 'annotations', 'annotation for driver and executor pods'],
  ['--driver-pod-template <file>', 'value', 'driver.podTemplate', 'base template of the driver pod'],
  ['--executor-pod-template <file>', 'value', 'executor.podTemplate', 'base template of the executor pods'],
];

/** In addition to the flags of job-size.ts and of run itself. */
export const appOptions: readonly OptionSpec[] = [
  ...appFlags.flatMap(([flags, how, , description]) =>
    description === undefined
      ? []
      : [{ flags, description, ...(how === 'value' ? {} : { repeatable: true as const }) }],
  ),
  { flags: '--properties-file <file>', description: 'Spark properties, like spark-defaults.conf; flags win' },
];

/** Reads only the flags of the table above, whatever other options the command has. */
export interface FlagInput extends Pick<CommandInput, 'variables'> {
  readonly options: NamedValues;
}

/** Pure. Reports values that cannot be split; everything else is validated with the rest of the entry. */
export function readAppFlags({ options, variables = {} }: FlagInput): AppFlags {
  const said: Record<string, unknown> = {};
  const places = new Map<string, Pick<FlagProblem, 'flag' | 'value'>>();
  const problems: FlagProblem[] = [];
  /** What flags with a name of their own set. */
  const byFlag = new Set<string>();
  // last, because in Spark a flag wins over the property that it stands for
  const conf = appFlags.filter(([, , path]) => path === 'conf');
  for (const [flags, how, path] of [...appFlags.filter((flag) => !conf.includes(flag)), ...conf]) {
    const flag = flags.replace(/ .*/, '');
    const name = flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const seen = new Map<string, unknown>();
    for (const word of [options[name] ?? []].flat()) {
      if (typeof word !== 'string') continue;
      const place = { flag: variables[name] ?? flag, value: word };
      const read = readWord(word, how);
      if (!Array.isArray(read)) {
        problems.push({ ...place, message: read.message });
        continue;
      }
      for (const { key, value } of read) {
        const before = key === undefined ? value : (seen.get(key) ?? value);
        if (key !== undefined) seen.set(key, value);
        if (typeof before === 'string' && typeof value === 'string' && before !== value)
          problems.push({ ...place, message: `given twice: ${before} and ${value}` });
        const isConf = path === 'conf' && key !== undefined;
        if (isConf && byFlag.has(`conf.${key}`)) continue;
        const isList = how !== 'value' && how !== 'pairs';
        const at = [...splitPath(path), ...(key === undefined ? [] : [key])];
        if (!isConf) byFlag.add(at.join('.'));
        places.set(putSaid(said, at, value, isList), place);
      }
    }
  }
  return { said, places, problems };
}

/** The parts of a list as spark-submit takes it. */
export function splitCommas(text: string): readonly string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** Only the first dot separates: a property's name has dots of its own. */
function splitPath(path: string): readonly string[] {
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? [first] : [first, rest.join('.')];
}

type Read = { readonly key?: string; readonly value: unknown }[] | { readonly message: string };

function readWord(word: string, how: How): Read {
  switch (how) {
    case 'value':
      return [{ value: word }];
    case 'commas':
      return splitCommas(word).map((value) => ({ value }));
    case 'pairs': {
      const [key, value] = splitPair(word) ?? [];
      if (key !== undefined) return [{ key, value }];
      return {
        message: `expected KEY=VALUE; write ${/^[^=]+$/.test(word) ? (/\s/.test(word.trim()) ? word.trim().replace(/\s+/, '=') : `${word}=VALUE`) : 'KEY=VALUE'}`,
      };
    }
    case 'secret':
      return readSecret(word);
    case 'volume':
      return readVolume(word);
  }
}

function splitPair(word: string): readonly [string, string] | undefined {
  const index = word.indexOf('=');
  return index < 1 ? undefined : [word.slice(0, index).trim(), word.slice(index + 1)];
}

function readSecret(word: string): Read {
  const [left, right = ''] = splitPair(word) ?? [];
  const [, secret, key] = /^([^:/]+):(.+)$/.exec(right) ?? [];
  if (left !== undefined && right.startsWith('/')) return [{ value: { secret: left, path: right } }];
  if (left !== undefined && secret !== undefined) return [{ value: { env: left, secret, key } }];
  return { message: 'write VARIABLE=db:password for one variable, or db=/etc/db to mount all its keys' };
}

/** `memory/1Gi:/fast`; the volume is named after its path. */
function readVolume(word: string): Read {
  const match = /^(empty|memory|new|claim)(?:\/([^:]+))?:(\/[^:]*)(:ro)?$/.exec(word);
  const [, kind, detail, path = '', readOnly] = match ?? [];
  const sourced = volumeSource(kind, detail);
  if (sourced === undefined)
    return { message: 'write empty:/path, memory/1Gi:/path, new/2Gi:/path or claim/NAME:/path' };
  const name = slugify(path, 63) || 'volume';
  return [{ value: { name, path, ...sourced, ...(readOnly === undefined ? {} : { readOnly: true }) } }];
}

function volumeSource(kind: string | undefined, detail: string | undefined): object | undefined {
  const size = detail === undefined ? {} : { size: detail };
  if (kind === 'empty') return { emptyDir: size };
  if (kind === 'memory') return { emptyDir: { medium: 'memory', ...size } };
  if (kind === 'new' && detail !== undefined) return { onDemand: size };
  return kind === 'claim' && detail !== undefined ? { claim: detail } : undefined;
}

/** Returns the dotted path under which problems find it. */
export function putSaid(
  said: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
  isList: boolean,
): string {
  const [first = '', second] = path;
  if (isList) return `${first}.${String(((said[first] ??= []) as unknown[]).push(value) - 1)}`;
  if (second === undefined) said[first] = value;
  else ((said[first] ??= {}) as Record<string, unknown>)[second] = value;
  return path.join('.');
}
