import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  stringify,
  type Pair,
  type Tags,
  type YAMLMap,
} from 'yaml';
import {
  addPair,
  dashes,
  endOfContent,
  eolOf,
  findPair,
  indentAt,
  insertAfter,
  insertInFlow,
  lineEnd,
  lineStart,
  rangeOf,
  removeFromFlow,
  trimEnd,
} from './splice.js';

export interface KubeconfigEntry {
  readonly name: string;
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Those of the three that exist. */
export type EntryPieces = Partial<Omit<KubeconfigEntry, 'name'>>;

/** Line and column count from 1. */
export class BrokenKubeconfig extends Error {
  constructor(
    reason: string,
    readonly line = 1,
    readonly column = 1,
  ) {
    super(`${reason} (line ${String(line)}, column ${String(column)})`);
  }
}

const lists = [
  ['clusters', 'cluster'],
  ['contexts', 'context'],
  ['users', 'user'],
] as const;

type List = (typeof lists)[number];

type Plain = Record<string, unknown> & Partial<Record<List[0], Record<string, unknown>[] | null>>;

/** Inserts our three entries, or renews them. */
export function putEntry(text: string, entry: KubeconfigEntry): string {
  if (isDeepStrictEqual(findEntry(text, entry.name), entry)) return text;
  // a file that is only `null`
  let edited = removeEntry(text, entry.name).replace(/^(?:null|~)(?=\s*$)/, '#$&');
  for (const list of lists) edited = appendItem(edited, list, entry);
  verify(text, edited, entry.name, entry);
  return edited;
}

export function removeEntry(text: string, name: string): string {
  let edited = text;
  for (const [list] of lists) edited = removeItem(edited, list, name);
  edited = edited.replace(/^#(?=(?:null|~)\s*$)/, '');
  if (edited !== text) verify(text, edited, name, undefined);
  return edited;
}

/** Undefined unless all three exist. */
export function findEntry(text: string, name: string): KubeconfigEntry | undefined {
  const { cluster, context, user } = findPieces(text, name) ?? {};
  if (cluster === undefined || context === undefined || user === undefined) return undefined;
  return { name, cluster, user, context };
}

/** Undefined if none of the three exists. */
export function findPieces(text: string, name: string): EntryPieces | undefined {
  const { plain } = readKubeconfig(text);
  const pieces = lists.flatMap(([list, kind]) => {
    const item = (plain[list] ?? []).find((one) => one['name'] === name);
    return item === undefined ? [] : [[kind, item[kind]] as const];
  });
  return pieces.length === 0 ? undefined : Object.fromEntries(pieces);
}

/** As kubectl's YAML has it: of two equal keys the last counts, `yes` is no text, but a time or `1:30` is. */
const dialect = {
  version: '1.1',
  uniqueKeys: false,
  customTags: (tags: Tags): Tags =>
    tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp'))),
} as const;

/** Of several documents kubectl reads the first. Throws BrokenKubeconfig. */
export function readKubeconfig(text: string): { readonly root: YAMLMap | undefined; readonly plain: Plain } {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { keepSourceTokens: true, lineCounter: counter, ...dialect });
  const [document] = 'empty' in documents ? [] : documents;
  if (document === undefined) return { root: undefined, plain: {} };
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = counter.linePos(error.pos[0]);
    throw new BrokenKubeconfig(error.message.split('\n')[0]?.replace(/ at line .*/, '') ?? error.code, line, col);
  }
  const root: unknown = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { root: undefined, plain: {} };
  if (!isMap(root)) throw new BrokenKubeconfig('It is not a map');
  const plain = document.toJS() as Plain;
  for (const [list] of lists) {
    const value: unknown = plain[list] ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'object')) {
      const { line, col } = counter.linePos(rangeOf(findPair(root, list)?.value)[0]);
      throw new BrokenKubeconfig(`${list} is not a list of entries`, line, col);
    }
    // what is null has no name
    if (Array.isArray(plain[list])) plain[list] = value.map((item) => (item ?? {}) as Record<string, unknown>);
  }
  return { root, plain };
}

function appendItem(text: string, [list, kind]: List, entry: KubeconfigEntry): string {
  const { root } = readKubeconfig(text);
  const eol = eolOf(text);
  const flow = JSON.stringify({ [kind]: entry[kind], name: entry.name });
  const block = (indent: string): string =>
    blockItem(kind, entry)
      .map((line) => `${indent}${line}${eol}`)
      .join('');
  const pair = findPair(root, list);
  if (pair === undefined)
    return addPair(text, root, list, { flow: `[${flow}]`, block: (indent) => eol + block(indent) });
  const seq: unknown = pair.value;
  if (isSeq(seq) && seq.items.length > 0) {
    if (seq.flow === true) return insertInFlow(text, seq, flow);
    return insertAfter(text, endOfContent(seq), block(indentAt(text, dashes(seq)[0] ?? 0)));
  }
  const [from, to] = rangeOf(seq);
  const rest = text.slice(to, lineEnd(text, to));
  if (root?.flow === true || rest.trim() !== '' || text.slice(rangeOf(pair.key)[1], to).includes('\n'))
    return `${text.slice(0, from)}${from === to ? ' ' : ''}[${flow}]${text.slice(to)}`;
  const item = block(indentAt(text, rangeOf(pair.key)[0]));
  const colon = colonOf(text, pair);
  // what was there comes back with removeItem
  const kept = text.slice(colon, to) + rest.trimEnd();
  const end = rest.endsWith('\n') ? item : item.slice(0, -eol.length);
  return `${text.slice(0, colon)} #${kept}${eol}${end}${text.slice(to + rest.length)}`;
}

function blockItem(kind: List[1], { name, [kind]: fields }: KubeconfigEntry): readonly string[] {
  const lines = Object.entries(fields).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
  return [`- ${kind}:`, ...lines, `  name: ${JSON.stringify(name)}`];
}

function removeItem(text: string, list: List[0], name: string): string {
  const pair = findPair(readKubeconfig(text).root, list);
  const seq: unknown = pair?.value;
  if (!isSeq(seq)) return text;
  const index = seq.items.findIndex((item) => isMap(item) && item.get('name') === name);
  if (index === -1) return text;
  if (seq.flow === true) return removeFromFlow(text, seq, index);
  const start = lineStart(text, dashes(seq)[index] ?? 0);
  const after = text.slice(lineEnd(text, trimEnd(text, endOfContent(seq.items[index]))));
  // a file without a newline at its end stays one
  const join = (before: string): string => (after === '' && !text.endsWith('\n') ? before.trimEnd() : before + after);
  if (seq.items.length > 1) return removeItem(join(text.slice(0, start)), list, name);
  const colon = colonOf(text, pair);
  const between = text.slice(colon, start);
  const kept = /^ #([ \t]*(?:null|~|\[\s*\])?)\r?\n$/i.exec(between)?.[1];
  if (kept !== undefined) return join(text.slice(0, colon) + kept + eolOf(text));
  // appendItem adds the key where it is missing
  return between.trim() === ''
    ? join(text.slice(0, lineStart(text, colon)))
    : `${text.slice(0, colon)} []${between}${after}`;
}

function colonOf(text: string, pair: Pair | undefined): number {
  return text.indexOf(':', endOfContent(pair?.key)) + 1;
}

/** Final check: whatever the text looked like, its meaning changed by our entry and nothing else. */
function verify(before: string, after: string, name: string, entry: KubeconfigEntry | undefined): void {
  const others = (text: string): unknown => {
    const { plain } = readKubeconfig(text);
    const trimmed = lists.map(([list]) => [list, (plain[list] ?? []).filter((one) => one['name'] !== name)] as const);
    return { ...plain, ...Object.fromEntries(trimmed) };
  };
  if (isDeepStrictEqual(others(before), others(after)) && isDeepStrictEqual(findEntry(after, name), entry)) return;
  throw new BrokenKubeconfig('Its entries cannot be edited without changing others');
}

const current = 'current-context';

export function putCurrentContext(text: string, name: string): string {
  const edited = replaceCurrent(text, name);
  const [before, after] = [text, edited].map((one) => ({ ...readKubeconfig(one).plain, [current]: undefined }));
  if (isDeepStrictEqual(before, after) && readKubeconfig(edited).plain[current] === name) return edited;
  throw new BrokenKubeconfig('Its current-context cannot be edited without changing other text');
}

function replaceCurrent(text: string, name: string): string {
  const { root } = readKubeconfig(text);
  const flow = JSON.stringify(name);
  // quoted if YAML would read something other than a name
  const scalar = stringify(name, { version: '1.1', lineWidth: 0, blockQuote: false }).trimEnd();
  const pair = findPair(root, current);
  if (pair === undefined) return addPair(text, root, current, { flow, block: () => ` ${scalar}${eolOf(text)}` });
  if (isScalar(pair.value) && pair.value.value === name) return text;
  const colon = colonOf(text, pair);
  const [from, to] = pair.value === null ? [colon, colon] : rangeOf(pair.value);
  const space = from === to && text[from - 1] === ':' ? ' ' : '';
  return text.slice(0, from) + space + (root?.flow === true ? flow : scalar) + text.slice(to);
}
