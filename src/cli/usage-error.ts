import type { Command, CommanderError } from 'commander';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';
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
  const help = path === '' ? 'spark-dev --help' : `spark-dev ${path} --help`;
  return new SparkDevError('USAGE', onOneLine(capitalise(message)), {
    fix: nearest === undefined ? [help] : [`Did you mean: spark-dev ${nearest}`, help],
  });
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
  const flag = suggestNearest(word.replace(/=.*$/s, ''), flags.toReversed());
  return flag === undefined ? undefined : `${path === '' ? '' : `${path} `}${flag}`;
}

/** Foreign words may be anything: keep one short line without escape sequences. */
function onOneLine(text: string): string {
  const flat = stripControls(text.replaceAll('\n', '⏎'));
  return flat.length <= 160 ? flat : `${Buffer.from(flat.slice(0, 159)).toString()}…`;
}
