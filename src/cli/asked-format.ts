import type { GlobalFlags } from '../command.js';
import { beforeDashes } from './named-words.js';

type Format = GlobalFlags['output'];

const machineFormats: readonly Format[] = ['json', 'ndjson'];

/** Asked before parsing, because a failed parse must answer in the wished format too. */
export function askedFormat(words: readonly string[], env: Readonly<Record<string, string | undefined>>): Format {
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
