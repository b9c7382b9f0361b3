import { Command, CommanderError, type Option } from 'commander';
import type { CommandInput, CommandSpec, GlobalFlags } from '../ports/command.js';
import type { CommandEntry } from './commands.js';
import { readVariable } from './environment.js';
import { mainExamples } from './main-help.js';
import {
  createGlobalOptions,
  createOption,
  toGlobalFlags,
  toLoudness,
  type GlobalOptions,
  type Loudness,
} from './options.js';
import { explainUsage } from './usage-error.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface Parsed {
  readonly command: CommandSpec;
  readonly args: readonly string[];
  readonly options: CommandInput['options'];
  readonly passthrough: readonly string[];
  readonly global: GlobalFlags;
  readonly loudness: Loudness;
}

/** What the parser printed (help, version) is an answer too. */
export type ParseResult =
  { readonly kind: 'command'; readonly parsed: Parsed } | { readonly kind: 'shown'; readonly text: string };

export interface ListedCommand {
  readonly entry: CommandEntry;
  /** Absent where the words do not name it. */
  readonly spec?: CommandSpec;
}

/** Words and environment → the command with its input, or the text to show. */
export async function parse(
  words: readonly string[],
  commands: readonly ListedCommand[],
  version: string,
  env: Env,
): Promise<ParseResult> {
  const cut = words.indexOf('--');
  const own = cut === -1 ? words : words.slice(0, cut);
  const passthrough = cut === -1 ? [] : words.slice(cut + 1);
  let shown = '';
  let parsed: Parsed | undefined;
  const program = describeProgram(version, env, (text) => {
    shown += text;
  });
  for (const { entry, spec } of commands) {
    const command = program.command(entry.name).description(entry.summary).helpGroup(`${entry.group}:`).exitOverride();
    if (spec === undefined) continue;
    describeCommand(command, spec, env);
    command.action(() => {
      const options = program.opts<GlobalOptions>();
      const global = toGlobalFlags(options);
      const loudness = toLoudness(options);
      parsed = { command: spec, args: command.args, options: command.opts(), passthrough, global, loudness };
    });
  }
  try {
    await program.parseAsync(helpAsFlag(own, commands), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // flags without a command: commander shows its help and calls it a failure
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw explainUsage(error, own, program);
  }
  return parsed === undefined ? { kind: 'shown', text: shown } : { kind: 'command', parsed };
}

/** No words ask for help; `help run` asks for the same as `run --help`, while topics have a command of their own. */
function helpAsFlag(words: readonly string[], commands: readonly ListedCommand[]): string[] {
  if (words.length === 0 || (words.length === 1 && words[0] === 'help')) return ['--help'];
  const named = commands.find(({ entry }) => entry.name === words[1]);
  return words[0] === 'help' && named !== undefined ? [named.entry.name, '--help'] : [...words];
}

function describeProgram(version: string, env: Env, show: (text: string) => void): Command {
  const program = new Command('spark-dev')
    .description('From a fresh machine to Spark on a real local Kubernetes, and the inner loop after that.')
    .usage('<command> [flags]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help, also for a command')
    .exitOverride()
    .configureOutput({ writeOut: show, writeErr: show, outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .showSuggestionAfterError(false)
    .optionsGroup('Flags of every command:')
    .addHelpText('before', mainExamples)
    .addHelpText('after', '\nspark-dev help COMMAND, help exit-codes, help environment, help ERROR_CODE');
  addOptions(program, createGlobalOptions(), env);
  return program;
}

function describeCommand(command: Command, spec: CommandSpec, env: Env): void {
  command.optionsGroup('Flags:');
  for (const argument of spec.arguments ?? []) command.argument(argument.name, argument.description);
  addOptions(command, (spec.options ?? []).map(createOption), env);
  command.addHelpText('before', `Examples:\n${spec.examples.map((example) => `  ${example}\n`).join('')}`);
}

/** Flags win over the environment, which wins over defaults; commander's own `.env()` would read process.env. */
function addOptions(command: Command, options: readonly Option[], env: Env): void {
  for (const option of options) {
    command.addOption(option);
    const value = readVariable(option, env);
    if (value !== undefined) command.setOptionValueWithSource(option.attributeName(), value, 'env');
  }
}
