import { Option } from 'commander';
import { providerNames } from '../config/provider-names.js';
import type { GlobalFlags, OptionSpec } from '../command.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

/** What commander collects for the options that every command has. */
export interface GlobalOptions {
  readonly output?: GlobalFlags['output'];
  readonly json?: true;
  readonly yes?: true;
  readonly input?: boolean;
  readonly dryRun?: true;
  readonly explain?: true;
  readonly quiet?: true;
  readonly verbose?: number;
  readonly context?: string;
  readonly provider?: GlobalFlags['provider'];
}

export function createGlobalOptions(): readonly Option[] {
  return [
    new Option(
      '-o, --output <format>',
      'output format: text, one JSON envelope, or JSON events with the envelope last',
    ).choices(['text', 'json', 'ndjson']),
    new Option('--json', 'same as -o json'),
    new Option('-y, --yes', 'answer every question with yes'),
    new Option('--no-input', 'never prompt'),
    new Option('--dry-run', 'show what would be done, then stop'),
    new Option('--explain', 'show each command before it runs'),
    new Option('-q, --quiet', 'hide progress; print only the answer'),
    new Option('-v, --verbose', 'more detail; -vv for everything').argParser(countUp),
    new Option('--provider <name>', 'Kubernetes provider (default: the one that init prepared)').choices(providerNames),
    new Option('--context <name>', 'use another cluster (run and namespace prepare only)'),
  ];
}

export function createOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.repeatable === true) option.argParser(collect);
  return option;
}

export function toGlobalFlags(options: GlobalOptions): GlobalFlags {
  return {
    output: options.json === true ? 'json' : (options.output ?? 'text'),
    yes: options.yes ?? false,
    dryRun: options.dryRun ?? false,
    context: options.context,
    provider: options.provider,
  };
}

/** Takes a value and may be repeated. */
export function isRepeatable(option: Option): boolean {
  return option.parseArg === collect;
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function countUp(_value: string, previous: number | undefined): number {
  return (previous ?? 0) + 1;
}

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
