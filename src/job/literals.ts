import { extname } from 'node:path';
import type { SourceText } from './job.js';

interface Literal {
  readonly value: string;
  /** Where its quote is in the text. */
  readonly at: number;
}

const strings = String.raw`("""|'''|["'${'`'}])(?:(?<=""")[\s\S]*?|(?<=''')[\s\S]*?|(?:\\.|(?!\1)[^\\\n])*)\1`;
const scalaComment = String.raw`//[^\n]*|/\*[\s\S]*?\*/`;
const comments: Readonly<Record<string, string>> = {
  '.scala': scalaComment,
  '.java': scalaComment,
  '.sql': '--[^\n]*',
};

/** Pure: the string literals of a source, outside comments, read without a parser of its language. */
export function listLiterals({ path, text }: SourceText): readonly Literal[] {
  const tokens = new RegExp([strings, comments[extname(path)] ?? String.raw`#[^\n]*`].join('|'), 'g');
  return [...text.matchAll(tokens)].flatMap(({ 0: token, 1: quote, index }) =>
    quote === undefined ? [] : [{ value: token.slice(quote.length, -quote.length), at: index }],
  );
}

/** Pure: the first literal behind one of the setters, which are a pattern. */
export function findLiteral(
  source: SourceText,
  setters: string,
): { readonly value: string; readonly line: number } | undefined {
  const before = new RegExp(String.raw`${setters}\s*$`);
  for (const { value, at } of listLiterals(source)) {
    const from = Math.max(0, at - longestSetter);
    const setter = before.exec(source.text.slice(from, at));
    if (setter !== null) return { value, line: lineAt(source, from + setter.index) };
  }
  return undefined;
}

const longestSetter = 200;

export function lineAt({ text }: SourceText, at: number): number {
  return text.slice(0, at).split('\n').length;
}
