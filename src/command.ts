import type { Host } from './ports/host.js';

export interface OptionSpec {
  /** As commander writes them: `--target <where>`, `--no-verify`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given more than once; its values are in `lists`. A variable has one to a line. */
  readonly repeatable?: true;
}

export interface GlobalFlags {
  readonly output: 'text' | 'json' | 'ndjson';
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly context: string | undefined;
  /** Whose Kubernetes; also in the host's environment, where all that look for a cluster read it. */
  readonly provider: string | undefined;
}

export interface CommandInput {
  readonly args: readonly string[];
  /** Camel-cased option names; a value is a string, a switch a boolean. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** What repeatable options were given, in order. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
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

export interface CommandSpec {
  readonly name: string;
  /** As commander writes them: `<app>`, `[name]`. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** It judges `--context` itself; all others work on the cluster of spark-dev alone. */
  readonly foreignContexts?: boolean;
  /** It only looks, or only removes: where spark-dev has no folders yet, it makes none. */
  readonly makesNoFolders?: true;
  run(host: Host, input: CommandInput): Promise<CommandResult>;
}
