import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { z } from 'zod';
import { settingsSchema } from './schema.js';
import type { SettingsFile, Locate, Problem } from './settings.js';
import { suggestNearest } from './suggest.js';

/** More references to anchors than this are an attack, not a settings file. */
const maxAliasCount = 50;

export type ParsedSettings =
  { readonly settings: SettingsFile; readonly locate: Locate } | { readonly problems: readonly Problem[] };

/** Pure: text → settings, or everything that is wrong with it. */
export function parseSettings(text: string): ParsedSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const problem = (message: string, place = { line: 1, column: 1 }): Problem => ({ path: '', message, ...place });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return {
      problems: broken.map(({ code, message, pos }) => problem(words[code] ?? firstLine(message), at(lines, pos[0]))),
    };
  if (document.contents === null) return { problems: [problem('is empty; its first line must be `version: 1`')] };
  if (!isMap(document.contents)) return { problems: [problem('must be a mapping that starts with `version: 1`')] };
  const kind = document.get('kind');
  if (document.has('apiVersion') && typeof kind === 'string') {
    const advice = kind.endsWith('SparkApplication') ? ' (spark-dev overlay new --from FILE reads one)' : '';
    const ways = `give it another name${advice}, or put a spark-dev.yaml that begins with \`version: 1\` into your project`;
    return { problems: [problem(`is a Kubernetes ${kind}, not settings of spark-dev: ${ways}`)] };
  }
  // below apps.NAME
  keepAsWritten(document.contents, (keys) => keys.slice(2).some((key) => textKeys.includes(key)));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
  } catch (error) {
    return { problems: [problem(error instanceof Error ? error.message : String(error))] };
  }
  const result = settingsSchema.safeParse(value);
  if (!result.success) return { problems: result.error.issues.flatMap((issue) => toProblems(issue, document, lines)) };
  return { settings: result.data, locate: (path) => at(lines, offsetOf(document, path, 'value')) };
}

/** Instead of the library's own, which are for programmers. */
const words: Readonly<Record<string, string>> = { MULTIPLE_DOCS: 'holds several documents; keep one' };

/** Keys of an entry whose values are text for an application, Spark or Kubernetes. */
const textKeys = ['annotations', 'args', 'conf', 'env', 'labels', 'nodeSelector', 'spark'];

/** YAML would make 1.1 of `1.10`, 7 of `007` and 31 of `0x1F`: what is text stays what was written. */
export function keepAsWritten(contents: Node, isText: (keys: readonly string[]) => boolean): void {
  visit(contents, {
    Scalar: (_, scalar, path) => {
      if (!['number', 'bigint', 'boolean'].includes(typeof scalar.value)) return;
      const keys = path.flatMap((one) => (isPair(one) && isScalar(one.key) ? [String(one.key.value)] : []));
      if (isText(keys)) scalar.value = scalar.source;
    },
  });
}

function toProblems(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = suggestNearest(key, keysAt(path));
      const message = nearest === undefined ? 'unknown key' : `unknown key; did you mean ${nearest}?`;
      return { path: [...path, key].join('.'), message, ...at(lines, offsetOf(document, [...path, key], 'key')) };
    });
  }
  const where = at(lines, offsetOf(document, path, issue.code === 'invalid_key' ? 'key' : 'value'));
  return [{ path: path.join('.'), message: describeIssue(issue), ...where }];
}

/** Our own message where zod's would not help. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String).join(', ');
    return issue.path.length === 1 && issue.path[0] === 'version' ? issue.message : `must be one of ${allowed}`;
  }
  if (issue.code === 'invalid_union') return 'must be a plain value: text, a number, true or false';
  return firstLine(issue.message).replace(/^Invalid input: /, '');
}

/** The nearest location in the text: the key or value itself, or the mapping that lacks it. */
function offsetOf(document: Document, path: readonly string[], part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const [index, name] of path.entries()) {
    const pair = isMap(node) ? pairsOf(node).get(name) : undefined;
    const key = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    node = isSeq(node) ? node.items[Number(name)] : pair?.value;
    if (part === 'key' && index === path.length - 1 && key !== undefined) return key;
    if (!isNode(node)) return key ?? offset;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}

const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** Cached, because each of thousands of problems looks for its own. */
function pairsOf(node: YAMLMap): ReadonlyMap<string, Pair> {
  const found = known.get(node);
  if (found !== undefined) return found;
  const pairs = node.items.flatMap((item) => (isScalar(item.key) ? [[String(item.key.value), item] as const] : []));
  const made = new Map(pairs);
  known.set(node, made);
  return made;
}

function at(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

interface Keys {
  readonly properties?: Readonly<Record<string, Keys>>;
  /** What a record or a list holds; false in an object. */
  readonly additionalProperties?: Keys | false;
  readonly items?: Keys;
}

let allKeys: Keys | undefined;

/** The schema's keys at a path of a value; none below a record or a list, where any name is the user's. */
function keysAt(path: readonly string[]): readonly string[] {
  let keys: Keys = (allKeys ??= z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as Keys);
  for (const name of path) {
    const { properties, items, additionalProperties: held } = keys;
    keys = properties?.[name] ?? items ?? (held === false ? {} : (held ?? {}));
  }
  return Object.keys(keys.properties ?? {});
}
