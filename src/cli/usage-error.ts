import type { Command, CommanderError } from 'commander';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';

/** What commander complains about, as one of our errors, with the nearest command or flag. */
export function explainUsage(error: CommanderError, words: readonly string[], program: Command): SparkDevError {
  const message = error.message.replace(/^error: /, '');
  const verb = program.commands.find((command) => words.includes(command.name()));
  const wrong = /^unknown (command|option) '(.*)'$/s.exec(message);
  const nearest = wrong === null ? undefined : findNearest(wrong[1], wrong[2] ?? '', verb, program);
  const help = verb === undefined ? 'spark-dev --help' : `spark-dev ${verb.name()} --help`;
  const what = message.charAt(0).toUpperCase() + message.slice(1);
  return new SparkDevError('USAGE', onOneLine(what), {
    fix: nearest === undefined ? [help] : [`Did you mean: spark-dev ${nearest}`, help],
  });
}

function findNearest(
  kind: string | undefined,
  word: string,
  verb: Command | undefined,
  program: Command,
): string | undefined {
  if (kind === 'command')
    return suggestNearest(
      word,
      program.commands.map((command) => command.name()),
    );
  const flags = [...(verb?.options ?? []), ...program.options].map((option) => option.long ?? '');
  const flag = suggestNearest(word.replace(/=.*$/s, ''), flags);
  return flag === undefined ? undefined : `${verb === undefined ? '' : `${verb.name()} `}${flag}`;
}

/** Foreign words may be anything: one line, no escape sequences, and not a screen full of them. */
function onOneLine(text: string): string {
  const flat = stripControls(text.replaceAll('\n', '⏎'));
  return flat.length <= 160 ? flat : `${Buffer.from(flat.slice(0, 159)).toString()}…`;
}
