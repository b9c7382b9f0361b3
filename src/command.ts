import type { Settings } from './config/settings.js';
import type { Host } from './ports/host.js';

export interface OptionSpec {
  /** In commander's syntax: `--target <where>`, `--no-verify`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given more than once. A variable has one value per line. */
  readonly repeatable?: true;
}

export interface GlobalFlags {
  readonly output: 'text' | 'json' | 'ndjson';
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly context: string | undefined;
  /** Kubernetes provider; loadSettings applies it over the files. */
  readonly provider: Settings['provider'];
}

/** `--all-namespaces` → `allNamespaces`, `--no-verify` → `verify`; a computed table has no known names. */
type NameOf<Flags extends string> = Flags extends `${string}--${infer Word} ${string}`
  ? Camel<Word>
  : Flags extends `${string}--no-${infer Word}`
    ? Camel<Word>
    : Flags extends `${string}--${infer Word}`
      ? Camel<Word>
      : never;

type Camel<Word extends string> = Word extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Word;

type ValueOf<Spec extends OptionSpec> = Spec extends { readonly flags: `${string}<${string}` }
  ? Spec extends { readonly repeatable: true }
    ? readonly string[]
    : Spec extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : string
  : boolean;

/** Values by camel-cased name. The table of options defines the type, so that an unknown name does not compile. */
export type OptionValues<Options extends readonly OptionSpec[]> = {
  readonly [Spec in Options[number] as NameOf<Spec['flags']>]?: ValueOf<Spec> | undefined;
};

/** The same as a table that can be iterated, for code that builds on a list of options. */
export type NamedValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface CommandInput<Options extends readonly OptionSpec[] = readonly OptionSpec[]> {
  readonly args: readonly string[];
  readonly options: OptionValues<Options>;
  /** For each option whose value came from the environment, its variable. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The words after `--`: the application's, unchanged. */
  readonly passthrough: readonly string[];
  readonly global: GlobalFlags;
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** Calls another spark-dev command as if it were typed, with its answer on stderr; returns its exit code. cli always provides it. */
  readonly call?: (words: readonly string[]) => Promise<number>;
  /** Calls the same command again with other words before a `--`, as a process that outlives us, with its output in the file; its pid. */
  readonly callDetached?: (
    change: (words: readonly string[]) => readonly string[],
    how: { readonly logFile: string; readonly env?: Readonly<Record<string, undefined>> },
  ) => Promise<number>;
}

export interface CommandResult {
  /** The JSON envelope's `data`. */
  readonly data: unknown;
  /** Lines for stdout in text mode; the last one is the answer. */
  readonly text: readonly string[];
  readonly warnings?: readonly string[];
  /** The answer is for other programs, or comes from the application: it is printed unchanged, with its secrets. */
  readonly exact?: true;
  /** For commands whose answer can itself be a failure (doctor). */
  readonly exitCode?: number;
}

export interface CommandSpec<Options extends readonly OptionSpec[] = readonly OptionSpec[]> {
  readonly name: string;
  /** In commander's syntax: `<app>`, `[name]`. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: Options;
  readonly examples: readonly string[];
  /** It validates `--context` itself; all others only work on spark-dev's own cluster. */
  readonly foreignContexts?: boolean;
  /** It only reads or removes: if spark-dev has no folders yet, it creates none. */
  readonly makesNoFolders?: true;
  run(host: Host, input: CommandInput<Options>): Promise<CommandResult>;
}

/** A command whose `run` gets its options with the types of their table. */
export function command<const Options extends readonly OptionSpec[] = readonly []>(
  spec: CommandSpec<Options>,
): CommandSpec {
  return spec;
}

/** The flags that were typed; a variable applies to many calls. */
export function typedFlags({
  options,
  variables = {},
}: Pick<CommandInput, 'options' | 'variables'>): readonly string[] {
  return Object.entries<unknown>(options)
    .filter(([name, value]) => value !== undefined && variables[name] === undefined)
    .map(([name]) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}
