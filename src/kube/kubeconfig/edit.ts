import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLMap, type YAMLSeq } from 'yaml';
import {
  columnOf,
  dashes,
  endOfContent,
  findPair,
  lineEnd,
  lineStart,
  rangeOf,
  startOf,
  trimEnd,
  valueStart,
} from './yaml-places.js';

export interface KubeconfigEntry {
  readonly name: string;
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Line and column count from 1. */
export class BrokenKubeconfig extends Error {
  constructor(
    readonly reason: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`${reason} (line ${String(line)}, column ${String(column)})`);
  }
}

const lists = [
  ['clusters', 'cluster'],
  ['contexts', 'context'],
  ['users', 'user'],
] as const;

type ListName = (typeof lists)[number][0];

interface Named {
  readonly name?: unknown;
}

type Plain = Record<string, unknown> & Partial<Record<ListName, Named[] | null>>;

/** Inserts our three entries by splicing text: every other byte stays, including comments and indentation. */
export function putEntry(text: string, entry: KubeconfigEntry): string {
  if (isDeepStrictEqual(findEntry(text, entry.name), entry)) return text;
  let edited = removeEntry(text, entry.name);
  for (const [list, kind] of lists) edited = appendItem(edited, list, { [kind]: entry[kind], name: entry.name });
  verify(text, edited, entry.name, entry);
  return edited;
}

export function removeEntry(text: string, name: string): string {
  let edited = text;
  for (const [list] of lists) edited = removeItem(edited, list, name);
  if (edited !== text) verify(text, edited, name, undefined);
  return edited;
}

/** Undefined unless all three exist. */
export function findEntry(text: string, name: string): KubeconfigEntry | undefined {
  const plain = readKubeconfig(text).plain;
  const [cluster, context, user] = lists.map(([list, kind]) => {
    const item = (plain[list] ?? []).find((one) => one.name === name) as Record<string, unknown> | undefined;
    return item?.[kind] as Record<string, unknown> | undefined;
  });
  if (cluster === undefined || context === undefined || user === undefined) return undefined;
  return { name, cluster, user, context };
}

/** Those of the three that exist. */
export function findPieces(text: string, name: string): Partial<Omit<KubeconfigEntry, 'name'>> {
  const { plain } = readKubeconfig(text);
  const pieces = lists.flatMap(([list, kind]) => {
    const item = (plain[list] ?? []).find((one) => one.name === name) as Record<string, unknown> | undefined;
    return item === undefined ? [] : [[kind, item[kind]] as const];
  });
  return Object.fromEntries(pieces);
}

export function holdsAnyOf(text: string, name: string): boolean {
  const plain = readKubeconfig(text).plain;
  return lists.some(([list]) => (plain[list] ?? []).some((one) => one.name === name));
}

interface Read {
  readonly document: Document.Parsed;
  readonly root: YAMLMap | undefined;
  readonly plain: Plain;
}

let latest: { readonly text: string; readonly read: Read } | undefined;

/** A command asks several things of one text, and yaml is slow: the last answer is kept. */
export function readKubeconfig(text: string): Read {
  if (latest?.text !== text) latest = { text, read: parseKubeconfig(text) };
  return latest.read;
}

function parseKubeconfig(text: string): Read {
  const counter = new LineCounter();
  const document = parseDocument(text, { keepSourceTokens: true, lineCounter: counter });
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = counter.linePos(error.pos[0]);
    throw new BrokenKubeconfig(error.message.split('\n')[0]?.replace(/ at line .*/, '') ?? error.code, line, col);
  }
  const root: unknown = document.contents;
  if (root === null) return { document, root: undefined, plain: {} };
  if (isScalar(root) && root.value === null) return { document, root: undefined, plain: {} };
  if (!isMap(root)) throw new BrokenKubeconfig('It is not a map', 1, 1);
  const plain = document.toJS() as Plain;
  for (const [list] of lists) {
    const value: unknown = plain[list] ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'object' || item === null)) {
      const { line, col } = counter.linePos(valueStart(findPair(root, list)) ?? 0);
      throw new BrokenKubeconfig(`${list} is not a list of entries`, line, col);
    }
  }
  return { document, root, plain };
}

function appendItem(text: string, list: ListName, item: object): string {
  const { root } = readKubeconfig(text);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (root === undefined) return appendBlock(text, `${list}:${eol}${blockItem('', item, eol)}`, eol);
  const pair = findPair(root, list);
  if (pair === undefined) {
    if (root.flow === true) return insertInFlow(text, root, `${JSON.stringify(list)}: [${JSON.stringify(item)}]`);
    const indent = ' '.repeat(columnOf(text, startOf(root)));
    return insertAfter(text, endOfContent(root), `${indent}${list}:${eol}${blockItem(indent, item, eol)}`, eol);
  }
  const seq: unknown = pair.value;
  if (isSeq(seq) && seq.items.length > 0) {
    if (seq.flow === true) return insertInFlow(text, seq, JSON.stringify(item));
    const indent = ' '.repeat(columnOf(text, dashes(seq)[0] ?? 0));
    return insertAfter(text, endOfContent(seq), blockItem(indent, item, eol), eol);
  }
  const [from, to] = rangeOf(seq);
  const rest = text.slice(to, lineEnd(text, to));
  if (root.flow !== true && rest.trim() === '') {
    const indent = ' '.repeat(columnOf(text, startOf(pair.key)));
    return `${text.slice(0, trimEnd(text, from))}${eol}${blockItem(indent, item, eol)}${text.slice(to + rest.length)}`;
  }
  return `${text.slice(0, from)}${from === to ? ' ' : ''}[${JSON.stringify(item)}]${text.slice(to)}`;
}

function removeItem(text: string, list: ListName, name: string): string {
  const { root } = readKubeconfig(text);
  const pair = root === undefined ? undefined : findPair(root, list);
  const seq: unknown = pair?.value;
  if (!isSeq(seq)) return text;
  const index = seq.items.findIndex((item) => isMap(item) && item.get('name') === name);
  if (index === -1) return text;
  const item = seq.items[index];
  if (seq.flow === true) return removeFromFlow(text, seq, index);
  const dash = dashes(seq)[index] ?? 0;
  const end = lineEnd(text, trimEnd(text, endOfContent(item)));
  if (seq.items.length > 1) return removeItem(text.slice(0, lineStart(text, dash)) + text.slice(end), list, name);
  const colon = text.indexOf(':', endOfContent(pair?.key)) + 1;
  return `${text.slice(0, colon)} []${text.slice(colon, lineStart(text, dash))}${text.slice(end)}`;
}

function blockItem(indent: string, item: object, eol: string): string {
  const lines = Object.entries(item).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? [
          `${key}:`,
          ...Object.entries(value as Record<string, unknown>).map(
            ([inner, leaf]) => `  ${inner}: ${JSON.stringify(leaf)}`,
          ),
        ]
      : [`${key}: ${JSON.stringify(value)}`],
  );
  return lines.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}${eol}`).join('');
}

export function appendBlock(text: string, block: string, eol: string): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${block}`;
}

function insertAfter(text: string, offset: number, block: string, eol: string): string {
  const at = lineEnd(text, trimEnd(text, offset));
  return appendBlock(text.slice(0, at), block, eol) + text.slice(at);
}

export function insertInFlow(text: string, collection: YAMLMap | YAMLSeq, member: string): string {
  const end = (collection.range?.[1] ?? text.length) - 1;
  const before = trimEnd(text, end);
  const comma = collection.items.length === 0 || text[before - 1] === ',' ? '' : ', ';
  return `${text.slice(0, before)}${comma}${member}${text.slice(before)}`;
}

function removeFromFlow(text: string, seq: YAMLSeq, index: number): string {
  const [from, to] = rangeOf(seq.items[index]);
  if (seq.items.length === 1) return text.slice(0, from) + text.slice(to);
  if (index > 0) return text.slice(0, rangeOf(seq.items[index - 1])[1]) + text.slice(to);
  return text.slice(0, from) + text.slice(rangeOf(seq.items[1])[0]);
}

/** Final check: whatever the text looked like, its meaning changed by our entry and nothing else. */
function verify(before: string, after: string, name: string, entry: KubeconfigEntry | undefined): void {
  const others = (text: string): unknown => {
    const { plain } = readKubeconfig(text);
    const trimmed = Object.fromEntries(
      lists.map(([list]) => [list, (plain[list] ?? []).filter((one) => one.name !== name)]),
    );
    return { ...plain, ...trimmed };
  };
  if (isDeepStrictEqual(others(before), others(after)) && isDeepStrictEqual(findEntry(after, name), entry)) return;
  throw new BrokenKubeconfig('Its entries cannot be edited without changing others', 1, 1);
}
