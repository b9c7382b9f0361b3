import type { CommandInput, NamedValues, OptionSpec } from '../command.js';

/** A problem with one flag or its variable, found now or later. */
export interface FlagProblem {
  /** `--conf`, `SPARK_DEV_CONF`. */
  readonly flag: string;
  readonly value: string;
  readonly message: string;
}

/** An application's flags as an entry of `apps:`, for the same schema. */
export interface AppFlags {
  readonly said: Readonly<Record<string, unknown>>;
  /** Dotted path in the entry → the flag and its value, for problems. */
  readonly places: ReadonlyMap<string, Pick<FlagProblem, 'flag' | 'value'>>;
  readonly problems: readonly FlagProblem[];
}

/** Where a flag's value goes; `pairs` are KEY=VALUE, `commas` a list as spark-submit takes it. */
type Target =
  | { readonly kind: 'value'; readonly path: readonly string[] }
  | { readonly kind: 'pairs'; readonly path: readonly string[] }
  | { readonly kind: 'commas'; readonly path: readonly string[] }
  | { readonly kind: 'secret' }
  | { readonly kind: 'volume' };

interface AppFlag {
  readonly flag: string;
  readonly value: string;
  readonly description: string;
  readonly target: Target;
}

const value = (...path: readonly string[]): Target => ({ kind: 'value', path });
const pairs = (...path: readonly string[]): Target => ({ kind: 'pairs', path });
const commas = (...path: readonly string[]): Target => ({ kind: 'commas', path });
const flagOf = (flag: string, word: string, description: string, target: Target): AppFlag => ({
  flag,
  value: word,
  description,
  target,
});

/** Named like spark-submit's flags where those exist. */
const appFlags: readonly AppFlag[] = [
  flagOf('--class', 'name', 'main class', value('main')),
  ...(['driver', 'executor'] as const).flatMap((role) => [
    flagOf(`--${role}-memory`, 'size', '', value(role, 'memory')),
    flagOf(`--${role}-cores`, 'number', '', value(role, 'cores')),
  ]),
  flagOf('--num-executors', 'number', '', value('executors')),
  flagOf('--deploy-mode', 'mode', '', value('deployMode')),
  flagOf('--spark-version', 'version', '', value('spark')),
  flagOf('--conf', 'key=value', 'Spark property; repeatable, like all flags below', pairs('conf')),
  flagOf('--files', 'paths', 'comma-separated files for driver and executors', commas('files')),
  flagOf('--jars', 'paths', 'comma-separated jars for the class path', commas('jars')),
  flagOf('--py-files', 'paths', 'comma-separated .py, .zip or .egg files for the Python path', commas('pyFiles')),
  flagOf(
    '--archives',
    'paths',
    'comma-separated archives to unpack on driver and executors, FILE#folder',
    commas('archives'),
  ),
  flagOf('--env', 'name=value', 'environment variable for driver and executors', pairs('env')),
  flagOf('--secret', 'what', 'mount a secret: VARIABLE=secret:key, or secret=/path for all its keys', {
    kind: 'secret',
  }),
  flagOf(
    '--volume',
    'what',
    'mount a volume: empty:/path, memory/1Gi:/path, new/2Gi:/path or claim/NAME:/path; append :ro for read-only',
    {
      kind: 'volume',
    },
  ),
  flagOf('--service-account', 'name', 'service account of the driver (default spark)', value('serviceAccount')),
  flagOf('--node-selector', 'key=value', 'label that the node must have', pairs('nodeSelector')),
  flagOf('--label', 'key=value', 'label for driver and executor pods', pairs('labels')),
  flagOf('--annotation', 'key=value', 'annotation for driver and executor pods', pairs('annotations')),
  flagOf('--driver-pod-template', 'file', 'base template of the driver pod', value('driver', 'podTemplate')),
  flagOf('--executor-pod-template', 'file', 'base template of the executor pods', value('executor', 'podTemplate')),
];

/** In addition to the flags of job-size.ts and of run itself. */
export const appOptions: readonly OptionSpec[] = appFlags
  .filter(({ description }) => description !== '')
  .map(({ flag, value: word, description, target }) => ({
    flags: `${flag} <${word}>`,
    description,
    ...(target.kind === 'value' ? {} : { repeatable: true }),
  }));

/** Reads only the flags of the table above, whatever other options the command has. */
export interface FlagInput extends Pick<CommandInput, 'variables'> {
  readonly options: NamedValues;
}

/** Pure. Reports values that cannot be split; everything else is validated with the rest of the entry. */
export function readAppFlags({ options, variables = {} }: FlagInput): AppFlags {
  const said: Record<string, unknown> = {};
  const places = new Map<string, Pick<FlagProblem, 'flag' | 'value'>>();
  const problems: FlagProblem[] = [];
  for (const { flag, target } of appFlags) {
    const name = flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const given = [options[name] ?? []].flat();
    const seen = new Map<string, string>();
    for (const word of given) {
      if (typeof word !== 'string') continue;
      const place = { flag: variables[name] ?? flag, value: word };
      const read = readWord(word, target);
      if ('message' in read) {
        problems.push({ ...place, ...read });
        continue;
      }
      for (const { path, value: part } of read.parts) {
        const key = path.join('.');
        const before = target.kind === 'pairs' ? seen.get(key) : undefined;
        if (before !== undefined && before !== part)
          problems.push({ ...place, message: `given twice: ${before} and ${String(part)}` });
        seen.set(key, String(part));
        places.set(put(said, path, part, target.kind !== 'value' && target.kind !== 'pairs'), place);
      }
    }
  }
  return { said, places, problems };
}

type Read =
  | { readonly parts: readonly { readonly path: readonly string[]; readonly value: unknown }[] }
  | { readonly message: string };

function readWord(word: string, target: Target): Read {
  switch (target.kind) {
    case 'value':
      return { parts: [{ path: target.path, value: word }] };
    case 'commas':
      return {
        parts: word
          .split(',')
          .filter((part) => part.trim() !== '')
          .map((part) => ({ path: target.path, value: part.trim() })),
      };
    case 'pairs': {
      const pair = splitPair(word);
      if (pair === undefined)
        return { message: `expected KEY=VALUE; write ${/^[^=]+$/.test(word) ? word : 'KEY'}=VALUE` };
      return { parts: [{ path: [...target.path, pair[0]], value: pair[1] }] };
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
  const [left, right] = splitPair(word) ?? [];
  const match = /^([^:/]+):(.+)$/.exec(right ?? '');
  if (left !== undefined && right?.startsWith('/') === true)
    return { parts: [{ path: ['secrets'], value: { secret: left, path: right } }] };
  if (left !== undefined && match !== null)
    return { parts: [{ path: ['secrets'], value: { env: left, secret: match[1], key: match[2] } }] };
  return { message: 'write VARIABLE=db:password for one variable, or db=/etc/db to mount all its keys' };
}

/** `memory/1Gi:/fast`; the volume is named after its path. */
function readVolume(word: string): Read {
  const match = /^(empty|memory|new|claim)(?:\/([^:]+))?:(\/[^:]*)(:ro)?$/.exec(word);
  const [, kind, detail, path = '', readOnly] = match ?? [];
  const sourced = volumeSource(kind, detail);
  if (sourced === undefined)
    return { message: 'write empty:/path, memory/1Gi:/path, new/2Gi:/path or claim/NAME:/path' };
  const name =
    path
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 63) || 'volume';
  return {
    parts: [
      { path: ['volumes'], value: { name, path, ...sourced, ...(readOnly === undefined ? {} : { readOnly: true }) } },
    ],
  };
}

function volumeSource(kind: string | undefined, detail: string | undefined): object | undefined {
  const size = detail === undefined ? {} : { size: detail };
  if (kind === 'empty') return { emptyDir: size };
  if (kind === 'memory') return { emptyDir: { medium: 'memory', ...size } };
  if (kind === 'new' && detail !== undefined) return { onDemand: size };
  return kind === 'claim' && detail !== undefined ? { claim: detail } : undefined;
}

/** Returns the dotted path under which problems find it. */
function put(said: Record<string, unknown>, path: readonly string[], part: unknown, isList: boolean): string {
  const [first = '', ...rest] = path;
  if (rest.length > 0) {
    const inner = (said[first] ??= {}) as Record<string, unknown>;
    return `${first}.${put(inner, rest, part, isList)}`;
  }
  if (!isList) {
    said[first] = part;
    return first;
  }
  const list = (said[first] ??= []) as unknown[];
  return `${first}.${String(list.push(part) - 1)}`;
}
