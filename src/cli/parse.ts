import { Command, CommanderError, type Option, Help, type HelpConfiguration } from 'commander';
import type { CommandInput, CommandSpec, NamedValues } from '../command.js';
import { bareWords, beforeDashes, familiesOf, findNamed, namesOf, type CommandEntry } from './named-words.js';
import {
  createGlobalOptions,
  createOption,
  isRepeatable,
  toGlobalFlags,
  type GlobalOptions,
  readVariable,
  variableOf,
} from './options.js';
import { explainUsage } from './usage-error.js';
import { ownVersion } from '../package.js';

type Env = Readonly<Record<string, string | undefined>>;

interface Parsed extends Omit<CommandInput, 'options' | 'signal' | 'call'> {
  readonly command: CommandSpec;
  readonly options: NamedValues;
  readonly given: GlobalOptions;
}

/** Words and environment → the command with its input, or the text to show (help, version). Loads only the command that the words name. */
export async function parse(
  words: readonly string[],
  entries: readonly CommandEntry[],
  env: Env,
): Promise<Parsed | string> {
  const own = beforeDashes(words);
  const passthrough = words.slice(own.length + 1);
  let shown = '';
  let parsed: Parsed | undefined;
  const program = describeProgram(env, (text) => {
    shown += text;
  });
  const named = findNamed(words, entries);
  const spec = await named?.load();
  const names = entries.flatMap(namesOf);
  for (const entry of entries) {
    for (const name of namesOf(entry)) {
      const command = addCommand(program, name, entry, names);
      if (entry !== named || spec === undefined) continue;
      describeCommand(command, spec, env);
      command.action(() => {
        const given = program.opts<GlobalOptions>();
        const input = { args: command.args, ...readOptions(command, env), passthrough, global: toGlobalFlags(given) };
        parsed = { command: spec, given, ...input };
      });
    }
  }
  try {
    await program.parseAsync(helpAsFlag(own, entries), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // flags without a command: commander shows its help and treats that as a failure
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw explainUsage(error, own, program);
  }
  return parsed ?? shown;
}

/** No words mean help; `help run` means `run --help`. Topics have a command of their own. */
function helpAsFlag(words: readonly string[], entries: readonly CommandEntry[]): string[] {
  if (words.length === 0 || (words.length === 1 && words[0] === 'help')) return ['--help'];
  const [asked, first = '', second = ''] = words;
  const names = entries.flatMap(namesOf);
  if (asked !== 'help') return isUnknown(words, entries) ? words.filter((word) => !isHelpFlag(word)) : [...words];
  if (names.includes(`${first} ${second}`)) return [first, second, '--help'];
  // without --help an unknown command gets its "did you mean"
  if (familiesOf(entries).includes(first)) return second === '' ? [first, '--help'] : [first, second];
  return names.includes(first) ? [first, '--help'] : [...words];
}

/** commander would answer `frob --help` with the main help and exit 0. */
function isUnknown(words: readonly string[], entries: readonly CommandEntry[]): boolean {
  const [first, ...rest] = bareWords(words);
  if (first === undefined || findNamed(words, entries) !== undefined) return false;
  return rest.length > 0 || !familiesOf(entries).includes(first);
}

function isHelpFlag(word: string): boolean {
  return word === '-h' || word === '--help';
}

/** `cluster resize` is registered under `cluster`, which alone only lists its commands. */
function addCommand(
  program: Command,
  name: string,
  { summary, group }: CommandEntry,
  names: readonly string[],
): Command {
  const [first = '', second] = name.split(' ');
  if (second === undefined) return program.command(first).description(summary).helpGroup(`${group}:`).exitOverride();
  const verbs = names.flatMap((one) => (one.startsWith(`${first} `) ? [one.slice(first.length + 1)] : []));
  const family =
    program.commands.find((command) => command.name() === first) ??
    program
      .command(first)
      .summary(verbs.join(', '))
      .usage('<command> [flags]')
      .helpGroup(`${group}:`)
      .helpCommand(false)
      .exitOverride();
  return family.command(second).description(summary).exitOverride();
}

function describeProgram(env: Env, show: (text: string) => void): Command {
  const program = new Command('spark-dev')
    .description('Local Spark development, from a fresh machine to Spark on Kubernetes')
    .usage('<command> [flags]')
    .version(ownVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({ writeOut: show, writeErr: show, outputError: () => undefined })
    .configureHelp(helpLayout)
    .showSuggestionAfterError(false)
    .addHelpText('before', mainExamples)
    .addHelpText('after', '\nSee also spark-dev help COMMAND, help exit-codes, help environment, help ERROR_CODE');
  addOptions(program, createGlobalOptions(), env);
  return program;
}

function describeCommand(command: Command, spec: CommandSpec, env: Env): void {
  command.optionsGroup('Flags:');
  for (const argument of spec.arguments ?? []) command.argument(argument.name, argument.description);
  addOptions(command, (spec.options ?? []).map(createOption), env);
  command.addHelpText('before', `Examples:\n${spec.examples.map((example) => `  ${example}\n`).join('')}`);
}

/** Flags win over the environment, which wins over defaults. commander's own `.env()` would read process.env. */
function addOptions(command: Command, options: readonly Option[], env: Env): void {
  for (const option of options) {
    command.addOption(option);
    // commander would append flags to defaults, so the environment of repeatable options is read later
    const value = isRepeatable(option) ? undefined : readVariable(option, env);
    if (value === undefined) continue;
    command.setOptionValueWithSource(option.attributeName(), value, 'env');
  }
}

function readOptions(command: Command, env: Env): Pick<Parsed, 'options' | 'variables'> {
  for (const option of command.options.filter(isRepeatable)) {
    const words = command.getOptionValue(option.attributeName()) === undefined ? readVariable(option, env) : undefined;
    if (words !== undefined)
      command.setOptionValueWithSource(option.attributeName(), String(words).trim().split('\n'), 'env');
  }
  const fromEnvironment = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'env',
  );
  return {
    options: command.opts<NamedValues>(),
    variables: Object.fromEntries(fromEnvironment.map((option) => [option.attributeName(), variableOf(option)])),
  };
}

const mainExamples = `Examples:
  spark-dev run sparkpi        run SparkPi now; no cluster needed
  spark-dev init --yes         create a local Kubernetes cluster, which later runs use
  spark-dev run sparkpi        the same command, now on the cluster
  spark-dev doctor             check this machine, and show how to get what is missing
  spark-dev down               stop the cluster and keep its data
`;

/** Commands in groups, then the global flags once. Flags without a description are for programs. */
const helpLayout: HelpConfiguration = {
  helpWidth: 100,
  commandUsage: (command) => new Help().commandUsage(command).replace('[options]', '[flags]'),
  visibleOptions: (command) => (command.parent === null ? [] : command.options.filter(isDescribed)),
  longestGlobalOptionTermLength: (command, helper) =>
    Math.max(...globalOptionsOf(command).map((option) => helper.optionTerm(option).length)),
  formatHelp(command, helper) {
    const own = Help.prototype.formatHelp.call(helper, command, helper);
    const width = helper.padWidth(command, helper);
    const flags = globalOptionsOf(command).map((option) =>
      helper.formatItem(helper.optionTerm(option), width, helper.optionDescription(option), helper),
    );
    return [own, ...helper.formatItemList('Global flags:', flags, helper)].join('\n');
  },
};

function globalOptionsOf(command: Command): Option[] {
  return command.parent === null ? new Help().visibleOptions(command) : globalOptionsOf(command.parent);
}

function isDescribed({ description }: Option): boolean {
  return description !== '';
}
