import { SparkDevError } from '../errors/spark-dev-error.js';
import { propertiesText, readProperties } from './properties-file.js';

/** A parsed spark-submit line: https://spark.apache.org/docs/latest/submitting-applications.html */
export interface SubmitLine {
  /** Flags with their values; a switch has no value. */
  readonly options: readonly (readonly [flag: string, value: string | undefined])[];
  /** The jar, the Python file, or one of Spark's own names; absent if the line has none. */
  readonly resource: string | undefined;
  /** The application's arguments. */
  readonly arguments: readonly string[];
}

/**
 * Flags that `run` has under another name or not at all, and what does the same here: the flags of SparkSubmitOptionParser
 * of 4.3.0 and 3.5.9 without those of config/app-flags.ts. `refused`: leaving it out would change what the job does.
 */
export const otherFlags: Readonly<Record<string, { readonly instead: string; readonly refused?: true }>> = {
  '--master': { instead: 'use --target local or --target cluster; the cluster is the one of init or --context' },
  '-c': { instead: 'use --conf' },
  '--total-executor-cores': { instead: 'for a standalone cluster; use --num-executors and --executor-cores' },
  '--supervise': { instead: 'for a standalone cluster; a failed driver is not started again' },
  '--queue': { instead: 'for YARN; runs wait for each other with --fit wait' },
  '--load-spark-defaults': { instead: 'use --properties-file FILE' },
  '--usage-error': { instead: 'use spark-dev run --help' },
  '--proxy-user': { instead: 'Kerberos is not supported', refused: true },
  '--principal': { instead: 'Kerberos is not supported', refused: true },
  '--keytab': { instead: 'Kerberos is not supported', refused: true },
  '--remote': { instead: 'Spark Connect is not a target; connect in the program, and use run PROGRAM', refused: true },
  '--kill': { instead: 'Ctrl-C ends a run; spark-dev clean --runs removes runs', refused: true },
  '--status': { instead: 'use spark-dev status', refused: true },
};

/** Flags without a value. */
export const switches = '--load-spark-defaults --supervise --verbose -v --version --help -h --usage-error'.split(' ');

export function splitLine(words: readonly string[]): SubmitLine {
  const options: [string, string | undefined][] = [];
  let index = 0;
  while (words[index]?.startsWith('-') === true) {
    const word = words[index] ?? '';
    const [, flag = word, joined] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const isSwitch = joined === undefined && switches.includes(flag);
    options.push([flag === '-c' ? '--conf' : flag, isSwitch ? undefined : (joined ?? words[index + 1])]);
    index += joined !== undefined || isSwitch ? 1 : 2;
  }
  return { options, resource: words[index], arguments: words.slice(index + 1) };
}

export function joinLine({ options, resource, arguments: rest }: SubmitLine): readonly string[] {
  const words = options.flatMap(([flag, value]) => (value === undefined ? [flag] : [flag, value]));
  return [...words, ...(resource === undefined ? [] : [resource]), ...rest];
}

/** The last value counts, as in Spark. */
export function confOf({ options }: SubmitLine): ReadonlyMap<string, string> {
  return new Map(
    options.flatMap(([flag, value = '']) => {
      const at = value.indexOf('=');
      return flag === '--conf' && at > 0 ? [[value.slice(0, at), value.slice(at + 1)] as const] : [];
    }),
  );
}

export function confOptions(conf: Readonly<Record<string, string>>): SubmitLine['options'] {
  return Object.entries(conf).map(([key, value]) => ['--conf', `${key}=${value}`]);
}

/** The image's entry point looks for it in the arguments. */
const staysInSight = 'spark.kubernetes.container.image';

/** Moves properties into a file: every user can read the arguments of a program or a pod. No `properties` if the line has a file. */
export function hideConf(
  words: readonly string[],
  file: string,
): { readonly words: readonly string[]; readonly properties: string | undefined } {
  const line = splitLine(words);
  if (line.options.some(([flag]) => flag === '--properties-file')) return { words, properties: undefined };
  const stays = ([flag, value = '']: SubmitLine['options'][number]): boolean =>
    flag !== '--conf' || value.startsWith(`${staysInSight}=`);
  const hidden = [...confOf(line)].filter(([key]) => key !== staysInSight);
  const options = [['--properties-file', file] as const, ...line.options.filter(stays)];
  return { words: joinLine({ ...line, options }), properties: propertiesText(Object.fromEntries(hidden)) };
}

/** Reverses `hideConf`. */
export function showConf(words: readonly string[], properties: string): readonly string[] {
  const line = splitLine(words);
  const shown = confOptions(readProperties(properties));
  const others = line.options.filter(([flag]) => flag !== '--properties-file');
  return joinLine({ ...line, options: [...shown, ...others] });
}

interface RunWords {
  readonly words: readonly string[];
  /** The application's arguments. */
  readonly passthrough: readonly string[];
  /** What became of the flags and properties that `run` does not take. */
  readonly notes: readonly string[];
}

/** A whole line for spark-submit in the words of `run`; throws USAGE for what it cannot say. `owns`: spark-dev sets this property. */
export function toRunWords(line: readonly string[], owns: (key: string) => boolean): RunWords {
  const { options, resource, arguments: passthrough } = splitLine(line);
  const refused = options.filter(([flag]) => otherFlags[flag]?.refused === true);
  if (refused.length > 0)
    throw new SparkDevError('USAGE', `spark-dev run cannot do what ${refused.map(([flag]) => flag).join(', ')} does`, {
      why: refused.map(([flag]) => `${flag}: ${otherFlags[flag]?.instead ?? ''}`).join('\n'),
      fix: ['spark-dev run --help'],
    });
  const notes: string[] = [];
  const words = options.flatMap(([flag, value]): readonly string[] => {
    const text = value === undefined ? flag : `${flag} ${value}`;
    const key = flag === '--conf' ? (value ?? '').replace(/=.*/s, '') : '';
    const master = flag === '--master' ? value : key === 'spark.master' ? value?.replace(/^[^=]*=/, '') : undefined;
    if (master?.startsWith('local') === true) {
      if (master !== 'local[*]') notes.push(`${text}: local mode uses all cores, local[*]`);
      return ['--target', 'local'];
    }
    if (flag === '--deploy-mode' || key === 'spark.submit.deployMode') {
      if (/client$/.test(value ?? '')) notes.push(`${text}: on a cluster, the driver gets its own pod`);
      return [];
    }
    const instead = otherFlags[flag]?.instead ?? (owns(key) ? 'spark-dev sets it' : undefined);
    if (instead === undefined) return value === undefined ? [flag] : [flag, value];
    notes.push(`Left out ${text}: ${instead}`);
    return [];
  });
  return { words: resource === undefined ? words : [...words, resource], passthrough, notes };
}
