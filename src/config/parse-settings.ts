import {
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';
import type { Locate, Problem } from './problem.js';
import { settingsSchema } from './schema.js';
import type { SettingsFile } from './settings.js';
import { suggestNearest } from './suggest.js';

/** More references to anchors than this are an attack, not a settings file. */
const maxAliasCount = 50;

export type ParsedSettings =
  { readonly settings: SettingsFile; readonly locate: Locate } | { readonly problems: readonly Problem[] };

/** Pure: text → settings, or everything that is wrong with it. */
export function parseSettings(text: string): ParsedSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return {
      problems: broken.map((error) => ({ path: '', message: firstLine(error.message), ...at(lines, error.pos[0]) })),
    };
  }
  if (!isMap(document.contents)) {
    return { problems: [{ path: '', message: 'must be a mapping that starts with `version: 1`', line: 1, column: 1 }] };
  }
  const value = toPlain(document);
  if (value instanceof Error) return { problems: [{ path: '', message: value.message, line: 1, column: 1 }] };
  const result = settingsSchema.safeParse(value);
  if (result.success) {
    return { settings: result.data, locate: (path) => at(lines, offsetOf(document, path, 'value')) };
  }
  return { problems: result.error.issues.flatMap((issue) => toProblems(issue, document, lines)) };
}

function toPlain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function toProblems(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = suggestNearest(key, keysAt(settingsSchema, path));
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
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, name] of path.entries()) {
    const pair = isMap(node) ? pairsOf(node).get(name) : undefined;
    const child: unknown = pair === undefined ? childOf(node, name) : pair.value;
    const key = pair !== undefined && isNode(pair.key) ? pair.key.range?.[0] : undefined;
    if (part === 'key' && index === path.length - 1 && key !== undefined) return key;
    if (!isNode(child)) return key ?? offset;
    node = child;
    offset = child.range?.[0] ?? offset;
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

function childOf(node: Node | null, name: string): unknown {
  return isNode(node) && 'get' in node && typeof node.get === 'function'
    ? (node.get as (key: unknown, keepScalar: boolean) => unknown).call(node, Number(name), true)
    : undefined;
}

function at(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

/** The schema's keys at a path of a value; none below a record or a list, where any name is the user's. */
function keysAt(schema: z.core.$ZodType, path: readonly string[]): readonly string[] {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  const [name = '', ...rest] = path;
  switch (def.type) {
    case 'optional':
    case 'default':
      return keysAt(def.innerType, path);
    case 'object': {
      if (path.length === 0) return Object.keys(def.shape);
      const child = def.shape[name];
      return child === undefined ? [] : keysAt(child, rest);
    }
    case 'record':
      return path.length === 0 ? [] : keysAt(def.valueType, rest);
    case 'array':
      return path.length === 0 ? [] : keysAt(def.element, rest);
    default:
      return [];
  }
}
