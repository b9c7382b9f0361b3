import { claimFolders } from '../config/own-folders.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { explainDiskError } from '../errors/disk-error.js';
import type { CommandEntry } from './command-entry.js';
import { commandEntries } from './commands.js';
import { maskText, maskValue, masked } from '../secrets/mask.js';
import { readVariable } from './environment.js';
import { listenTo } from './listen-to.js';
import { findNamed, beforeDashes } from './named-words.js';
import { createGlobalOptions } from './options.js';
import { parse, type ListedCommand, type Parsed } from './parse.js';
import { envelopeOf, errorEnvelopeOf, renderErrorText, renderEvent, renderJson, type Envelope } from './render.js';
import { ownVersion } from '../package.js';
import type { GlobalFlags, CommandSpec, CommandResult } from '../command.js';
import { profileName } from '../kube/names.js';

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
  const took = (): number => performance.now() - startedAt;
  let format = askedFormat(words, world.env);
  let stack = words.includes('-vv');
  let name = 'spark-dev';
  let host: Host | undefined;
  const warnings: string[] = [];
  const printEnvelope = (envelope: Envelope): void => {
    const type = 'error' in envelope ? 'error' : 'result';
    world.print(format === 'json' ? renderJson(envelope) : renderEvent({ type, ...envelope }));
  };
  try {
    const chosen = words.length === 0 && world.isTerminal === true ? await openMenu(world) : undefined;
    if (chosen !== undefined) return await runCli(chosen, world);
    const entries = world.commands ?? commandEntries;
    name = findNamed(words, entries)?.name ?? name;
    const commands = await loadNamed(words, entries);
    const parsing = await parse(words, commands, ownVersion(), world.env);
    if (parsing.kind === 'shown') {
      world.print(parsing.text);
      await world.flushed?.();
      return 0;
    }
    const { parsed } = parsing;
    format = parsed.global.output;
    name = parsed.command.name;
    stack ||= parsed.verbosity.verbose > 1;
    await refuseForeignContext(parsed.command, parsed.global.context);
    const request = requestFrom(parsed, world.print);
    const emit = (talk: object): void => {
      world.print(renderEvent(talk));
    };
    const events = format === 'ndjson' ? { events: { verbosity: request.verbosity, emit } } : {};
    host = listenTo(await world.createHost(request), {
      explain: parsed.verbosity.explain,
      printsOutput: format === 'text',
      warnings,
      ...events,
    });
    const call = (inner: readonly string[]): Promise<number> =>
      runCli([...inner, '-o', 'text', ...inheritedFlags(parsed)], {
        ...world,
        print: world.printError,
      });
    if (parsed.command.makesNoFolders !== true && !parsed.global.dryRun) await claimFolders(host.directories);
    const answer = await parsed.command.run(host, { ...parsed, signal: world.signal, call });
    const { result, note } = withoutSecrets(answer, world.env);
    if (note !== undefined && parsed.global.dryRun) host.ui.say(note);
    for (const warning of result.warnings ?? []) host.ui.warn(warning);
    host.ui.close();
    const exitCode = result.exitCode ?? 0;
    if (format === 'text') world.print(result.text.map((line) => `${line}\n`).join(''));
    else printEnvelope(envelopeOf(name, result.data, { ok: exitCode === 0, warnings, tookMs: took() }));
    await world.flushed?.();
    return exitCode;
  } catch (thrown) {
    host?.ui.close();
    const error = asSparkDevError(thrown, world.signal, host);
    const exitCode = world.signalExitCode?.() ?? error.exitCode;
    const envelope = errorEnvelopeOf(name, error, { exitCode, warnings, tookMs: took() });
    if (format !== 'text') printEnvelope(maskValue(envelope, world.env) as Envelope);
    const text = maskText(renderErrorText(error, { colour: world.colour, stack }), world.env);
    if (world.isStderrLost?.() !== true) world.printError(text);
    else if (format === 'text') world.print(text);
    return exitCode;
  }
}

/** Undefined if nobody can answer, for example in CI: then help is shown. */
async function openMenu(world: CliWorld): Promise<readonly string[] | undefined> {
  const mustNotAsk = createGlobalOptions().some(
    (option) => ['--no-input', '--yes'].includes(option.long ?? '') && readVariable(option, world.env) !== undefined,
  );
  const { ui } = await world.createHost({ verbosity: 1, yes: false, input: !mustNotAsk, print: world.print });
  if (!ui.interactive) return undefined;
  const { askMenu } = await import('./menu.js');
  return askMenu(ui, world.commands ?? commandEntries);
}

/** Loads only the command that the words name, and none for the main help. */
async function loadNamed(
  words: readonly string[],
  entries: readonly CommandEntry[],
): Promise<readonly ListedCommand[]> {
  const named = findNamed(words, entries);
  return Promise.all(entries.map(async (entry) => (entry === named ? { entry, spec: await entry.load() } : { entry })));
}

/** A nested call inherits the outer call's flags. */
function inheritedFlags({ verbosity, global: { provider } }: Parsed): readonly string[] {
  const { quiet, verbose, input, explain } = verbosity;
  return [
    ...(quiet ? ['--quiet'] : []),
    ...Array.from({ length: verbose }, () => '-v'),
    ...(input ? [] : ['--no-input']),
    ...(explain ? ['--explain'] : []),
    ...(provider === undefined ? [] : ['--provider', provider]),
  ];
}

function requestFrom(parsed: Parsed, print: CliWorld['print']): UiRequest {
  const { quiet, verbose, input } = parsed.verbosity;
  const verbosity = quiet ? 0 : verbose === 0 ? 1 : verbose === 1 ? 2 : 3;
  return { verbosity, yes: parsed.global.yes, input, print };
}

function asSparkDevError(thrown: unknown, signal: AbortSignal, host: Host | undefined): SparkDevError {
  const reason: unknown = signal.reason;
  if (thrown instanceof SparkDevError && thrown.code !== 'INTERRUPTED') return thrown;
  if (reason instanceof SparkDevError) return reason;
  if (thrown instanceof SparkDevError) return thrown;
  if (signal.aborted) return new SparkDevError('INTERRUPTED', 'Interrupted', { cause: thrown });
  const { state, cache, data, config } = host?.directories ?? {};
  const own = [state, cache, data, config].filter((folder) => folder !== undefined);
  const ofDisk = explainDiskError(thrown, own);
  if (ofDisk !== undefined) return ofDisk;
  return new SparkDevError('INTERNAL', 'Internal error in spark-dev', {
    why: thrown instanceof Error ? thrown.message : String(thrown),
    fix: ['Run it again with -vv and report what it prints'],
    cause: thrown,
  });
}

type Format = GlobalFlags['output'];

const machineFormats: readonly Format[] = ['json', 'ndjson'];

/** Read before parsing, because a parse error must use the requested format too. */
function askedFormat(words: readonly string[], env: Readonly<Record<string, string | undefined>>): Format {
  const own = beforeDashes(words);
  if (own.includes('--json')) return 'json';
  const flagged = machineFormats.find((format) =>
    own.some(
      (word, index) =>
        word === `-o${format}` ||
        word === `--output=${format}` ||
        ((word === '-o' || word === '--output') && own[index + 1] === format),
    ),
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
  if (context === undefined || context === profileName || foreignContexts || readOnlyCommands.includes(name)) return;
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

type Env = Readonly<Record<string, string | undefined>>;

/** The masked answer, and a note for readers who want to run a command from it. */
function withoutSecrets(
  result: CommandResult,
  env: Env,
): { readonly result: CommandResult; readonly note: string | undefined } {
  if (result.exact === true) return { result, note: undefined };
  const text = result.text.map((line) => maskText(line, env));
  const data = maskValue(result.data, env);
  const hides = text.some((line) => line.includes(masked)) || JSON.stringify([data]).includes(masked);
  return { result: { ...result, text, data }, note: hides ? fillIn : undefined };
}

const fillIn = `${masked} replaces a secret: fill it in before you run a command`;
