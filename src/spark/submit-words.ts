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

const switches = '--load-spark-defaults --supervise --verbose -v --version --help -h --usage-error'.split(' ');

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
