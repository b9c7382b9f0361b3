import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { explainDiskError } from '../errors/disk-error.js';
import { commandEntries } from './commands.js';
import { maskArgv, maskText, maskValue, masked } from '../secrets/mask.js';
import { listenTo } from './listen-to.js';
import { findNamed, beforeDashes, type CommandEntry } from './named-words.js';
import { createGlobalOptions, type GlobalOptions, readVariable } from './options.js';
import { parse } from './parse.js';
import { describeError, envelopeSchema, renderErrorText, renderEvent, renderJson } from './render.js';
import type { Argv } from '../ports/runner.js';
import type { CommandInput, GlobalFlags, CommandSpec, CommandResult } from '../command.js';

export interface UiRequest {
  readonly verbosity: 0 | 1 | 2 | 3;
  readonly yes: boolean;
  readonly input: boolean;
  /** To stdout. */
  readonly print?: (data: string | Uint8Array) => void;
}

export interface CliWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The exit code for a received signal; Ctrl-C's 130 without one. */
  readonly signalExitCode?: () => number | undefined;
  readonly print: (data: string | Uint8Array) => void;
  readonly printError: (data: string | Uint8Array) => void;
  readonly isStderrLost?: () => boolean;
  /** Resolves when all output is written; throws if that fails. */
  readonly flushed?: () => Promise<void>;
  readonly colour: boolean;
  /** Calls spark-dev itself. */
  readonly self?: Argv;
  /** Whether all three streams are a terminal; then a call without words opens the menu. */
  readonly isTerminal?: boolean;
  /** Called once a command is known: help needs no host. */
  readonly createHost: (request: UiRequest) => Host | Promise<Host>;
  /** The commands; a test may bring its own. */
  readonly commands?: readonly CommandEntry[];
}

/** The one error boundary: every outcome becomes text, an envelope or the last event, and an exit code. */
export async function runCli(words: readonly string[], world: CliWorld): Promise<number> {
  const startedAt = performance.now();
  const entries = world.commands ?? commandEntries;
  let format = askedFormat(words, world.env);
  let stack = words.includes('-vv');
  let name = 'spark-dev';
  let host: Host | undefined;
  const warnings: string[] = [];
  const emit = (event: object): void => {
    world.print(renderEvent(event));
  };
  const printEnvelope = (type: 'result' | 'error', outcome: object): void => {
    const tookMs = Math.round(performance.now() - startedAt);
    const envelope = { schema: envelopeSchema, command: name, ...outcome, warnings, tookMs };
    if (format === 'json') world.print(renderJson(envelope));
    else emit({ type, ...envelope });
  };
  try {
    const chosen = words.length === 0 && world.isTerminal === true ? await openMenu(world, entries) : undefined;
    if (chosen !== undefined) return await runCli(chosen, world);
    name = findNamed(words, entries)?.name ?? name;
    const pasted = await readPasted(words, name);
    const parsed = await parse(pasted?.words ?? words, entries, world.env);
    if (typeof parsed === 'string') {
      world.print(parsed);
      await world.flushed?.();
      return 0;
    }
    const { command, given, global } = parsed;
    format = global.output;
    name = command.name;
    stack ||= (given.verbose ?? 0) > 1;
    await refuseForeignContext(command, global.context);
    const request = requestFrom(given, world.print);
    host = listenTo(await world.createHost(request), {
      explain: given.explain === true,
      printsOutput: format === 'text',
      warnings,
      verbosity: request.verbosity,
      emit: format === 'ndjson' ? emit : undefined,
    });
    for (const note of pasted?.notes ?? []) host.ui.say(note);
    const call = (inner: readonly string[]): Promise<number> =>
      runCli([...inner, '-o', 'text', ...inheritedFlags(given)], { ...world, print: world.printError });
    if (command.makesNoFolders !== true && !global.dryRun)
      await (await import('../config/own-folders.js')).claimFolders(host.directories);
    const typed = pasted?.words ?? words;
    const own = beforeDashes(typed);
    const { runner } = host;
    const callDetached: CommandInput['callDetached'] = (change, how) =>
      runner.detach([...(world.self ?? []), ...change(own), ...typed.slice(own.length)], how);
    const result = await command.run(host, { ...parsed, signal: world.signal, call, callDetached });
    const { text, data } = result.exact === true ? result : withoutSecrets(result, world.env);
    if (result.exact !== true && global.dryRun && JSON.stringify([text, data]).includes(masked)) host.ui.say(fillIn);
    for (const warning of result.warnings ?? []) host.ui.warn(warning);
    host.ui.close();
    const exitCode = result.exitCode ?? 0;
    if (format === 'text') world.print(text.map((line) => `${line}\n`).join(''));
    else printEnvelope('result', { ok: exitCode === 0, data });
    await world.flushed?.();
    return exitCode;
  } catch (thrown) {
    host?.ui.close();
    const error = asSparkDevError(thrown, world.signal, host);
    const exitCode = world.signalExitCode?.() ?? error.exitCode;
    if (format !== 'text')
      printEnvelope('error', maskValue({ ok: false, error: describeError(error, exitCode) }, world.env) as object);
    const text = maskText(renderErrorText(error, { colour: world.colour, stack }), world.env);
    if (world.isStderrLost?.() !== true) world.printError(text);
    else if (format === 'text') world.print(text);
    return exitCode;
  }
}

/** `run -- spark-submit …` as if it were typed for `run`. */
async function readPasted(
  words: readonly string[],
  name: string,
): Promise<{ readonly words: readonly string[]; readonly notes: readonly string[] } | undefined> {
  const own = beforeDashes(words);
  const [program = '', ...line] = words.slice(own.length + 1);
  if (name !== 'run' || !/(^|[\\/])spark-submit(\.cmd)?$/.test(program)) return undefined;
  const [{ toRunWords }, { isSetByRun }, { quoteArgv }] = await Promise.all([
    import('../spark/submit-words.js'),
    import('../job/conf-rules.js'),
    import('../errors/quote-argv.js'),
  ]);
  const run = toRunWords(line, isSetByRun);
  const rest = run.passthrough.length === 0 ? [] : ['--', ...run.passthrough];
  const typed = [...own, ...run.words, ...rest];
  return { words: typed, notes: [...run.notes, `Same as: ${quoteArgv(['spark-dev', ...maskArgv(typed)])}`] };
}

/** Undefined if nobody can answer, for example in CI: then help is shown. */
async function openMenu(world: CliWorld, entries: readonly CommandEntry[]): Promise<readonly string[] | undefined> {
  const mustNotAsk = createGlobalOptions().some(
    (option) => ['--no-input', '--yes'].includes(option.long ?? '') && readVariable(option, world.env) !== undefined,
  );
  const { ui } = await world.createHost({ verbosity: 1, yes: false, input: !mustNotAsk, print: world.print });
  if (!ui.interactive) return undefined;
  const { askMenu } = await import('./menu.js');
  return askMenu(ui, entries);
}

/** A nested call inherits the outer call's flags. */
function inheritedFlags({ quiet, verbose = 0, input, explain, provider }: GlobalOptions): readonly string[] {
  return [
    ...(quiet === true ? ['--quiet'] : []),
    ...Array.from({ length: verbose }, () => '-v'),
    ...(input === false ? ['--no-input'] : []),
    ...(explain === true ? ['--explain'] : []),
    ...(provider === undefined ? [] : ['--provider', provider]),
  ];
}

function requestFrom({ quiet, verbose = 0, input = true, yes }: GlobalOptions, print: CliWorld['print']): UiRequest {
  const verbosity = quiet === true ? 0 : verbose === 0 ? 1 : verbose === 1 ? 2 : 3;
  return { verbosity, yes: yes === true, input, print };
}

function asSparkDevError(thrown: unknown, signal: AbortSignal, host: Host | undefined): SparkDevError {
  const reason: unknown = signal.reason;
  if (thrown instanceof SparkDevError && thrown.code !== 'INTERRUPTED') return thrown;
  if (reason instanceof SparkDevError) return reason;
  if (thrown instanceof SparkDevError) return thrown;
  if (signal.aborted) return new SparkDevError('INTERRUPTED', 'Interrupted', { cause: thrown });
  const { state, cache, data, config } = host?.directories ?? {};
  const ofDisk = explainDiskError(
    thrown,
    [state, cache, data, config].filter((folder) => folder !== undefined),
  );
  if (ofDisk !== undefined) return ofDisk;
  return new SparkDevError('INTERNAL', 'Internal error in spark-dev', {
    why: thrown instanceof Error ? thrown.message : String(thrown),
    fix: ['Run it again with -vv and report what it prints'],
    cause: thrown,
  });
}

const machineFormats = ['json', 'ndjson'] as const;

/** Read before parsing, because a parse error must use the requested format too. */
function askedFormat(words: readonly string[], env: CliWorld['env']): GlobalFlags['output'] {
  const own = beforeDashes(words);
  if (own.includes('--json')) return 'json';
  const spelled = own.map((word, index) => (/^(-o|--output)$/.test(word) ? `-o${own[index + 1] ?? ''}` : word));
  const flagged = machineFormats.find((format) =>
    spelled.some((word) => [`-o${format}`, `--output=${format}`].includes(word)),
  );
  return flagged ?? machineFormats.find((format) => env['SPARK_DEV_OUTPUT'] === format) ?? 'text';
}

/** Help stays readable whatever SPARK_DEV_CONTEXT says. */
const readOnlyCommands = ['help', 'version'];

/** spark-dev only works on its own context. Refuses every other, before anything is done. */
async function refuseForeignContext(
  { name, foreignContexts = false }: CommandSpec,
  context: string | undefined,
): Promise<void> {
  if (context === undefined || foreignContexts || readOnlyCommands.includes(name)) return;
  const { profileName } = await import('../kube/names.js');
  if (context === profileName) return;
  const { knownProviders } = await import('../clusters/providers.js');
  const meant = knownProviders.find((one) => one.context === context);
  throw new SparkDevError(
    'CONTEXT_REFUSED',
    `spark-dev does not use the context ${JSON.stringify(context.slice(0, 200))}`,
    {
      why: `This command only works on spark-dev's own local cluster, ${profileName}.`,
      fix: [
        ...(meant === undefined ? [] : [`--provider ${meant.name}`]),
        'Leave out --context and SPARK_DEV_CONTEXT',
        `--context ${profileName}`,
      ],
    },
  );
}

function withoutSecrets({ text, data }: CommandResult, env: CliWorld['env']): Pick<CommandResult, 'text' | 'data'> {
  return { text: text.map((line) => maskText(line, env)), data: maskValue(data, env) };
}

/** For readers who want to run a command from a dry run. */
const fillIn = `${masked} replaces a secret: fill it in before you run a command`;
