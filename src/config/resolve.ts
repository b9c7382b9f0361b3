import { SparkDevError } from '../errors/spark-dev-error.js';
import type { CommandInput, NamedValues, OptionSpec } from '../command.js';
import type { Settings } from './settings.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { readMemoryMb } from '../text/sizes.js';

type Variables = NonNullable<CommandInput['variables']>;

type SettingName =
  | 'target'
  | 'source'
  | 'lang'
  | 'namespace'
  | 'sparkVersion'
  | 'imageRegistry'
  | 'standby'
  | 'uiPort'
  | 'cpus'
  | 'memory';

/** Variables that mean the same as a line of spark-dev.yaml. */
export type SettingOptions = { readonly [Name in SettingName]?: string | undefined };

/** Flags over environment (already joined in the options) over files; unset values are undefined and fitted later. */
export function resolveSettings(options: SettingOptions, files: Settings, variables: Variables = {}): Settings {
  const read = (name: 'uiPort' | 'cpus' | 'memory', flag: string, example: string, reader: typeof readMemoryMb) =>
    readFlag(options[name], variables[name] ?? flag, example, reader);
  const { target, source, lang, namespace, sparkVersion, imageRegistry } = options;
  const standby = options.standby === 'only' ? 'on' : options.standby;
  const said = {
    ...{ target, source, lang, namespace, sparkVersion, imageRegistry, standby },
    uiPort: read('uiPort', '--ui-port', '1024 to 65535, for example 4050', readPort),
    cpus: read('cpus', '--cpus', 'a whole number, for example 4', readCount),
    memoryMb: read('memory', '--memory', 'a size like 6g, 6Gi, 6144m or 6144', readMemoryMb),
  };
  return {
    ...files,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    // a port from a file or a variable holds for many runs, and two of them may overlap
    ...(said.uiPort === undefined || 'uiPort' in variables ? {} : { uiPortIsStrict: true }),
  };
}

/** Only the figures that are set. */
export function pickSize({ cpus, memoryMb }: Settings): { readonly cpus?: number; readonly memoryMb?: number } {
  return { ...(cpus === undefined ? {} : { cpus }), ...(memoryMb === undefined ? {} : { memoryMb }) };
}

/** Parses the value of a flag, or of the variable named in its place. Undefined if it is unset; throws USAGE with an example if it is invalid. */
export function readFlag(
  text: string | undefined,
  flag: string,
  example: string,
  read: (text: string) => number | undefined,
): number | undefined {
  if (text === undefined) return undefined;
  const value = read(text);
  if (value !== undefined) return value;
  throw new SparkDevError('USAGE', `Invalid value for ${flag}: ${JSON.stringify(text.slice(0, 80))}`, {
    why: `Use ${example}.`,
    fix: flag.startsWith('--')
      ? ['spark-dev help', 'spark-dev help spark-dev.yaml']
      : [`unset ${flag}`, 'spark-dev help environment'],
  });
}

export function readPortFlag(text: string | undefined, flag: string): number | undefined {
  return readFlag(text, flag, '1024 to 65535', readPort);
}

function readPort(text: string): number | undefined {
  return readCount(text, 1024, 65_535);
}

/** A whole number in these limits. */
export function readCount(text: string, least = 1, most = 999_999): number | undefined {
  const count = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : NaN;
  return count >= least && count <= most ? count : undefined;
}

/** The equivalent command line, with a flag for each option that differs from its default. */
export function describeCall(command: string, specs: readonly OptionSpec[], options: NamedValues): string {
  const flags = specs.flatMap((spec) => {
    const flag = /--[a-z-]+/.exec(spec.flags)?.[0] ?? '';
    const isNegated = flag.startsWith('--no-');
    const name = flag.slice(isNegated ? 5 : 2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const value = options[name];
    if (isNegated) return value === false ? [flag] : [];
    if (value === true) return [flag];
    return typeof value === 'string' && value !== spec.default ? [flag, value] : [];
  });
  return quoteArgv(['spark-dev', ...command.split(' '), ...flags]);
}
