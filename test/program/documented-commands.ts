import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DocumentedCommand {
  readonly file: string;
  /** As it stands there, without the prompt. */
  readonly line: string;
  /** What follows `spark-dev`, up to a redirection. */
  readonly words: readonly string[];
}

export function listDocuments(): readonly string[] {
  const top = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
  return [...top, ...listPages('docs'), ...listExamples()];
}

/** In the order in which they are to be read. */
export function listGuide(): readonly string[] {
  return ['README.md', ...listPages(join('docs', 'guide'))];
}

/** The page of each example. */
export function listExamples(): readonly string[] {
  return listPages('examples').filter((path) => path.endsWith('README.md'));
}

function listPages(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return files.toSorted().map((path) => join(folder, path));
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
    // kubectl's `--context spark-dev` is no call
    const at = words.findIndex((word, index) => word === 'spark-dev' && [undefined, 'npx'].includes(words[index - 1]));
    const end = words.findIndex((word, index) => index > at && ['>', '&'].includes(word));
    return at === -1 ? [] : [{ file, line, words: words.slice(at + 1, end === -1 ? undefined : end) }];
  });
}

/** Can be run anywhere, at any time. */
export function changesNothing({ words }: DocumentedCommand): boolean {
  return (
    ['help', 'version', 'doctor', 'completion', '--help', '--version'].includes(words[0] ?? '') ||
    words.includes('--dry-run')
  );
}
