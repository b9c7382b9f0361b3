import type { Settings } from './config/settings.js';
import type { Host } from './ports/host.js';

export interface OptionSpec {
  /** As commander writes them: `--target <where>`, `--no-verify`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given more than once; A variable has one to a line. */
  readonly repeatable?: true;
}

export interface GlobalFlags {
  readonly output: 'text' | 'json' | 'ndjson';
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly context: string | undefined;
  /** Whose Kubernetes; loadSettings lays it over the files. */
  readonly provider: Settings['provider'];
}

/** `--all-namespaces` → `allNamespaces`, `--no-verify` → `verify`; a table that is computed names none. */
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

/** Values by camel-cased name: a table of options is the type of what is read from it, and a name that is not in it does not compile. */
export type OptionValues<Options extends readonly OptionSpec[]> = {
  readonly [Spec in Options[number] as NameOf<Spec['flags']>]?: ValueOf<Spec> | undefined;
};

/** The same as a table that is walked, for what is built from a list of options. */
export type NamedValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface CommandInput<Options extends readonly OptionSpec[] = readonly OptionSpec[]> {
  readonly args: readonly string[];
  readonly options: OptionValues<Options>;
  /** For each option whose value came from the environment, its variable. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What stood after `--`: the application's, untouched. */
  readonly passthrough: readonly string[];
  readonly global: GlobalFlags;
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** Calls another command of ours as if it were typed, its answer on stderr; gives its exit code. cli always brings it. */
  readonly call?: (words: readonly string[]) => Promise<number>;
}

export interface CommandResult {
  /** The JSON envelope's `data`. */
  readonly data: unknown;
  /** Lines for stdout in text mode; the last one is the answer. */
  readonly text: readonly string[];
  readonly warnings?: readonly string[];
  /** What it answers is made for other programs or by the application: it is printed as it is, with its secrets. */
  readonly exact?: true;
  /** For commands whose answer can itself be a failure (doctor). */
  readonly exitCode?: number;
}

export interface CommandSpec<Options extends readonly OptionSpec[] = readonly OptionSpec[]> {
  readonly name: string;
  /** As commander writes them: `<app>`, `[name]`. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: Options;
  readonly examples: readonly string[];
  /** It judges `--context` itself; all others work on the cluster of spark-dev alone. */
  readonly foreignContexts?: boolean;
  /** It only looks, or only removes: where spark-dev has no folders yet, it makes none. */
  readonly makesNoFolders?: true;
  run(host: Host, input: CommandInput<Options>): Promise<CommandResult>;
}

/** A command whose `run` sees its options by the types of their table. */
export function command<const Options extends readonly OptionSpec[] = readonly []>(
  spec: CommandSpec<Options>,
): CommandSpec {
  return spec;
}
