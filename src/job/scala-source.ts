import { withoutLiterals } from './literals.js';

/** What a Scala file says about itself, read without a compiler: enough to name its main class and the files that it needs. */
export interface ScalaSource {
  /** `org.acme.jobs`; empty without one. */
  readonly package: string;
  /** Full names of the objects that have a main method or extend App; the others that extend something come after these. */
  readonly mains: readonly string[];
  /** Objects that may inherit a main method. */
  readonly extending: readonly string[];
  /** Names that it defines outside of any class, with those of its package objects. */
  readonly defined: ReadonlySet<string>;
  /** All names that occur. */
  readonly words: ReadonlySet<string>;
}

const name = String.raw`(?:[\w$]+|${'`[^`]+`'})`;
const token = new RegExp(
  [
    String.raw`\bpackage\s+object\s+(?<packageObject>${name})`,
    String.raw`\bpackage\s+(?<package>${name}(?:\s*\.\s*${name})*)`,
    String.raw`\b(?<kind>object|class|trait|type)\s+(?<type>${name})`,
    String.raw`\bdef\s+(?<method>main)\b`,
    String.raw`\bextends\s+(?<parent>[\w$.]+)`,
    String.raw`(?<brace>[{}])`,
  ].join('|'),
  'g',
);

interface Scope {
  /** With a dot at its end, empty in the empty package; undefined inside of a class, an object or a block. */
  readonly prefix: string | undefined;
  /** The object whose body this is. */
  readonly object?: string | undefined;
}

export function readScala(source: string): ScalaSource {
  const text = withoutLiterals(source);
  const mains = new Set<string>();
  const extending = new Set<string>();
  const defined = new Set<string>();
  const scopes: Scope[] = [{ prefix: '' }];
  /** What the next brace opens, if nothing else comes before it. */
  let next: Scope = { prefix: undefined };
  /** The object whose head is being read. */
  let head: string | undefined;
  let first = '';
  for (const { groups = {}, 0: found, index } of text.matchAll(token)) {
    const scope = scopes.at(-1) ?? { prefix: '' };
    if (found === '{') {
      scopes.push(next);
      [next, head] = [{ prefix: undefined }, undefined];
    } else if (found === '}') {
      if (scopes.length > 1) scopes.pop();
      [next, head] = [{ prefix: undefined }, undefined];
    } else if (groups['package'] !== undefined && scope.prefix !== undefined) {
      const prefix = `${scope.prefix}${groups['package'].replaceAll(/[\s`]/g, '')}.`;
      first ||= prefix;
      if (/^\s*\{/.test(text.slice(index + found.length))) next = { prefix };
      else scopes[scopes.length - 1] = { prefix };
    } else if (groups['packageObject'] !== undefined) {
      defined.add(groups['packageObject']);
    } else if (groups['type'] !== undefined && scope.prefix !== undefined) {
      const plain = groups['type'].replaceAll('`', '');
      defined.add(plain);
      head = groups['kind'] === 'object' ? `${scope.prefix}${plain}` : undefined;
      next = { prefix: undefined, object: head };
    } else if (groups['parent'] !== undefined && head !== undefined) {
      (/(^|\.)App$/.test(groups['parent']) ? mains : extending).add(head);
    } else if (groups['method'] !== undefined && scope.object !== undefined) {
      mains.add(scope.object);
    }
  }
  const words = new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  return {
    package: first.slice(0, -1),
    mains: [...mains],
    extending: [...extending].filter((one) => !mains.has(one)),
    defined,
    words,
  };
}
