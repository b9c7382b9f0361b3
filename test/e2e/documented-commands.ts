import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DocumentedCommand {
  readonly file: string;
  /** As it stands there, without the prompt. */
  readonly line: string;
  /** What follows `spark-dev`. */
  readonly words: readonly string[];
}

export function listDocuments(): readonly string[] {
  const decisions = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', ...decisions.map((path) => join('docs', path)), ...listExamples()];
}

/** What stands beside each example. */
export function listExamples(): readonly string[] {
  const files = readdirSync('examples', { recursive: true, encoding: 'utf8' });
  return files
    .filter((path) => path.endsWith('README.md'))
    .toSorted()
    .map((path) => join('examples', path));
}

/** The lines after `$ ` in the console blocks of a document, without their remarks. */
export function readPromptLines(file: string): readonly string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```console\n(.*?)^```$/gms);
  const lines = [...blocks].flatMap((block) => (block[1] ?? '').split('\n').filter((line) => line.startsWith('$ ')));
  return lines.map((prompt) =>
    prompt
      .slice(2)
      .replace(/\s+#.*$/, '')
      .trim(),
  );
}

/** Those of them that call spark-dev. */
export function readDocumentedCommands(file: string): readonly DocumentedCommand[] {
  return readPromptLines(file).flatMap((line) => {
    const words = line.split(/\s+/);
    const at = words.indexOf('spark-dev');
    return at === -1 ? [] : [{ file, line, words: words.slice(at + 1) }];
  });
}

/** Can be run anywhere, at any time. */
export function changesNothing({ words }: DocumentedCommand): boolean {
  return ['help', 'version', 'doctor', '--help', '--version'].includes(words[0] ?? '') || words.includes('--dry-run');
}
