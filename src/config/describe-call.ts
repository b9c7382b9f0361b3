import { quoteArgv } from '../errors/quote-argv.js';
import type { NamedValues, OptionSpec } from '../command.js';

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
