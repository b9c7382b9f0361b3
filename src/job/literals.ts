import { extname } from 'node:path';
import type { SourceText } from './job.js';

/** Comments, and string literals with their quote as a group. In Scala a single quote may begin a symbol. */
const ofScala = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|(""")[\s\S]*?"""+|(")(?:\\.|[^"\\\n])*"|'(?:\\.[^']*|[^'\\\n])'/g;
const ofPython = /#[^\n]*|("""|''')[\s\S]*?\1|(["'])(?:\\.|(?!\2)[^\\\n])*\2/g;
const ofSql = /--[^\n]*|(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g;
const tokens: Readonly<Record<string, RegExp>> = {
  '.scala': ofScala,
  '.sbt': ofScala,
  '.java': ofScala,
  '.sql': ofSql,
};

/** Pure: the string literals of a source, outside comments, read without a parser of its language; `at` is where the quote is. */
export function listLiterals({ path, text }: SourceText): readonly { readonly value: string; readonly at: number }[] {
  return [...text.matchAll(tokens[extname(path)] ?? ofPython)].flatMap((token) => {
    const quote = token[1] ?? token[2];
    return quote === undefined ? [] : [{ value: token[0].slice(quote.length, -quote.length), at: token.index }];
  });
}

/** Pure: a text of Scala without its comments and literals, which may contain anything. */
export function withoutLiterals(text: string): string {
  return text.replaceAll(ofScala, ' ');
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
