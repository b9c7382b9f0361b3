import type { Option } from 'commander';
import { SparkDevError } from '../errors/spark-dev-error.js';

type Env = Readonly<Record<string, string | undefined>>;

const yes = ['1', 'true', 'yes', 'on'];
const no = ['0', 'false', 'no', 'off', ''];

/** `--ui-port` → SPARK_DEV_UI_PORT, `--no-verify` → SPARK_DEV_NO_VERIFY. */
export function variableOf(option: Option): string {
  const long = option.long ?? option.name();
  return `SPARK_DEV_${long.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`;
}

/** The value that the environment gives an option; an empty variable counts as unset. */
export function readVariable(option: Option, env: Env): string | number | boolean | undefined {
  const variable = variableOf(option);
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  if (option.required || option.optional) {
    if (option.argChoices === undefined || option.argChoices.includes(value)) return value;
    throw invalid(variable, value, option.argChoices);
  }
  const word = value.toLowerCase();
  if (isCounted(option) && /^[0-9]$/.test(word)) return Number(word);
  if (yes.includes(word)) return isCounted(option) ? 1 : !option.negate;
  if (no.includes(word)) return undefined;
  throw invalid(variable, value, ['1', '0']);
}

/** `-v`, `-vv`: counts, not a switch. */
function isCounted(option: Option): boolean {
  return option.parseArg !== undefined;
}

function invalid(variable: string, value: string, allowed: readonly string[]): SparkDevError {
  return new SparkDevError('USAGE', `${variable} has an invalid value: ${JSON.stringify(value.slice(0, 80))}`, {
    why: `Use ${allowed.join(' or ')}.`,
    fix: [`unset ${variable}`, 'spark-dev help environment'],
  });
}
