import { SparkDevError } from '../errors/spark-dev-error.js';
import type { CommandInput } from '../ports/command.js';
import { readMemoryMb } from './memory-size.js';
import type { Settings } from './settings.js';

/** Flags over environment (already joined in the options) over files; what nobody said is undefined and fitted later. */
export function resolveSettings(options: CommandInput['options'], files: Settings): Settings {
  const said = {
    target: options['target'],
    source: options['source'],
    lang: options['lang'],
    namespace: options['namespace'],
    sparkVersion: options['sparkVersion'],
    imageRegistry: options['imageRegistry'],
    uiPort: readPortFlag(options, 'uiPort', '--ui-port'),
    cpus: readFlag(options, 'cpus', '--cpus', 'a whole number, 4', readCount),
    memoryMb: readFlag(options, 'memory', '--memory', '6g or 6144m', readMemoryMb),
  };
  return { ...files, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) };
}

/** A flag's value, or undefined where nobody said it; throws USAGE with an example where it is nonsense. */
export function readFlag(
  options: CommandInput['options'],
  name: string,
  flag: string,
  example: string,
  read: (text: string) => number | undefined,
): number | undefined {
  const text = options[name];
  if (typeof text !== 'string') return undefined;
  const value = read(text);
  if (value !== undefined) return value;
  throw new SparkDevError('USAGE', `${flag} cannot be ${JSON.stringify(text.slice(0, 80))}`, {
    why: `It takes ${example}.`,
    fix: ['spark-dev help environment'],
  });
}

export function readPortFlag(options: CommandInput['options'], name: string, flag: string): number | undefined {
  return readFlag(options, name, flag, '1024 to 65535', readPort);
}

function readPort(text: string): number | undefined {
  const port = readCount(text);
  return port !== undefined && port >= 1024 && port <= 65_535 ? port : undefined;
}

/** A whole number from 1 on. */
export function readCount(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}
