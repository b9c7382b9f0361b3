import type { Command, CommanderError } from 'commander';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';
import { otherFlags, switches } from '../spark/submit-words.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { bareWords } from './named-words.js';
import { capitalise } from '../text/words.js';

/** Converts commander's complaint into our error, with the nearest command or flag. */
export function explainUsage(error: CommanderError, words: readonly string[], program: Command): SparkDevError {
  const message = error.message.replace(/^error: /, '');
  const bare = bareWords(words);
  const named = followNames(program, bare);
  const path = named.map(nameOf).join(' ');
  const wrong = /^unknown (command|option) '(.*)'$/s.exec(message);
  const nearest =
    wrong === null
      ? undefined
      : wrong[1] === 'command'
        ? nearestCommand(bare, program)
        : nearestFlag(wrong[2] ?? '', path, [program, ...named]);
  const pastedAt = words.findIndex((word) => /(^|\/)spark-submit$/.test(word));
  if (path === 'run' && pastedAt > 0)
    return new SparkDevError('USAGE', 'A line for spark-submit follows --', {
      fix: [quoteArgv(['spark-dev', ...words.slice(0, pastedAt), '--', ...words.slice(pastedAt)])],
    });
  const forSubmit = explainSubmitFlags(words, path, named);
  if (forSubmit !== undefined) return forSubmit;
  const help = path === '' ? 'spark-dev --help' : `spark-dev ${path} --help`;
  const withDashes = wrong?.[1] === 'command' ? undefined : passOn(words, named, program);
  return new SparkDevError('USAGE', onOneLine(capitalise(message)), {
    ...(withDashes === undefined ? {} : { why: "The application's own arguments follow --." }),
    fix: [
      ...(withDashes === undefined ? [] : [withDashes]),
      ...(nearest === undefined || (withDashes !== undefined && !isTypo(wrong?.[2] ?? '', nearest))
        ? []
        : [`Did you mean: spark-dev ${nearest}`]),
      help,
    ],
  });
}

/** Flags that spark-submit has and `run` has not, all of them at once. */
function explainSubmitFlags(
  words: readonly string[],
  path: string,
  named: readonly Command[],
): SparkDevError | undefined {
  const own = new Set(named.flatMap((command) => command.options.map((option) => option.long)));
  const flags = [...new Set(words.map((word) => word.replace(/=.*$/s, '')))].filter(
    (word) => otherFlags[word] !== undefined && !own.has(word),
  );
  if (flags.length === 0 || !(path === 'submit' || takesApplication(path))) return undefined;
  const isRefused = flags.some((flag) => otherFlags[flag]?.refused === true);
  return new SparkDevError('USAGE', `spark-dev run has no ${flags.join(', ')}`, {
    why: flags.map((flag) => `${flag}: ${otherFlags[flag]?.instead ?? ''}`).join('\n'),
    fix: isRefused ? ['spark-dev run --help'] : [quoteArgv(['spark-dev', ...withoutSubmitFlags(words)])],
  });
}

/** The same call without them, and with `--target local` for a local master. */
function withoutSubmitFlags(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let isLocal = false;
  for (let index = 0; index < words.length; index++) {
    const [flag = '', joined] = words[index]?.split('=', 2) ?? [];
    if (flag === '-c') kept.push('--conf');
    else if (otherFlags[flag] === undefined) kept.push(words[index] ?? '');
    else {
      const value = joined ?? (switches.includes(flag) ? undefined : words[++index]);
      isLocal ||= flag === '--master' && value?.startsWith('local') === true;
    }
  }
  const target = isLocal && !kept.includes('--target') ? ['--target', 'local'] : [];
  return [...kept.map((word) => (word === 'submit' ? 'run' : word)), ...target];
}

/** Words behind the application are more likely its own. */
function isTypo(word: string, nearest: string): boolean {
  return nearest.includes(` ${word.slice(0, 5)}`);
}

function takesApplication(path: string): boolean {
  return ['run', 'submit exec', 'render'].includes(path);
}

/** The line with `--` before words that are not the command's own: those after the application. */
function passOn(words: readonly string[], named: readonly Command[], program: Command): string | undefined {
  const path = named.map(nameOf).join(' ');
  if (!takesApplication(path)) return undefined;
  const options = [program, ...named].flatMap((command) => command.options);
  const own: string[] = [];
  const others: string[] = [];
  const rest = words.slice(words.indexOf(named.at(-1)?.name() ?? '') + 1);
  let app: string | undefined;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    const option = options.find(({ long, short }) => [long, short].includes(word.replace(/=.*$/s, '')));
    if (option !== undefined)
      own.push(word, ...(option.required && !word.includes('=') ? rest.slice(++index, index + 1) : []));
    else if (app === undefined && !word.startsWith('-')) app = word;
    else if (app === undefined) return undefined;
    else others.push(word);
  }
  if (app === undefined || others.length === 0) return undefined;
  return quoteArgv(['spark-dev', ...path.split(' '), app, ...own, '--', ...others]);
}

/** The commands that the words name, from outer to inner. */
function followNames(above: Command, [word, ...rest]: readonly string[]): readonly Command[] {
  const named = above.commands.find((command) => command.name() === word);
  return named === undefined ? [] : [named, ...followNames(named, rest)];
}

/** Either word may be mistyped or the first one missing: `resize` means `cluster resize`. `check api` was a command once. */
function nearestCommand([first = '', second = '']: readonly string[], program: Command): string | undefined {
  if (first === 'check' && second === 'api') return 'namespace check --api';
  const families = program.commands.filter((command) => command.commands.length > 0);
  const family = families.find((one) => one.name() === suggestNearest(first, families.map(nameOf)));
  const verb = suggestNearest(second, family?.commands.map(nameOf) ?? []);
  if (family !== undefined && verb !== undefined) return `${family.name()} ${verb}`;
  const known = program.commands.map(nameOf);
  // a correctly typed family needs no suggestion
  const single = suggestNearest(
    first,
    known.filter((name) => name !== first),
  );
  if (single !== undefined || known.includes(first)) return single;
  const forgotten = families.map((one) => [one.name(), suggestNearest(first, one.commands.map(nameOf))]);
  return forgotten.find(([, found]) => found !== undefined)?.join(' ');
}

function nameOf(command: Command): string {
  return command.name();
}

function nearestFlag(word: string, path: string, known: readonly Command[]): string | undefined {
  const flags = known.flatMap((command) => command.options.map((option) => option.long ?? ''));
  // `--input` means no `--no-input`
  const alike = flags.filter((flag) => flag.startsWith('--no-') === word.startsWith('--no-'));
  const flag = suggestNearest(word.replace(/=.*$/s, ''), alike.toReversed());
  return flag === undefined ? undefined : `${path === '' ? '' : `${path} `}${flag}`;
}

/** Foreign words may be anything: keep one short line without escape sequences. */
function onOneLine(text: string): string {
  const flat = stripControls(text.replaceAll('\n', '⏎'));
  return flat.length <= 160 ? flat : `${Buffer.from(flat.slice(0, 159)).toString()}…`;
}
