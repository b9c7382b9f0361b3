import { isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

/** Edits of YAML as text: every byte outside the place stays, including comments and indentation. */

export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Of two equal keys the last counts. */
export function findPair(root: YAMLMap | undefined, key: string): Pair | undefined {
  return root?.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
}

/** Offsets of a block sequence's items. */
export function dashes({ srcToken: token }: YAMLSeq): readonly number[] {
  if (token?.type !== 'block-seq') return [];
  return token.items.flatMap((item) =>
    item.start.filter((part) => part.type === 'seq-item-ind').map((part) => part.offset),
  );
}

/** Where the last value below a node ends; a collection's own range also includes the comments after it. */
export function endOfContent(node: unknown): number {
  if (isMap(node) && node.flow !== true)
    return Math.max(...node.items.flatMap(({ key, value }) => [key, value]).map(endOfContent));
  if (isSeq(node) && node.flow !== true) return Math.max(...node.items.map(endOfContent));
  return rangeOf(node)[1];
}

export function rangeOf(node: unknown): readonly [number, number] {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
  return [start, end];
}

export function indentAt(text: string, offset: number): string {
  return ' '.repeat(offset - lineStart(text, offset));
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}

export function trimEnd(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().length;
}

/** Adds a key to the map in its own style; `block` follows the colon. */
export function addPair(
  text: string,
  root: YAMLMap | undefined,
  key: string,
  { flow, block }: { readonly flow: string; readonly block: (indent: string) => string },
): string {
  if (root === undefined) return insertAfter(text, text.length, `${key}:${block('')}`);
  if (root.flow === true) return insertInFlow(text, root, `${JSON.stringify(key)}: ${flow}`);
  const indent = indentAt(text, rangeOf(root)[0]);
  return insertAfter(text, endOfContent(root), `${indent}${key}:${block(indent)}`);
}

/** After the line in which the text before the offset ends. */
export function insertAfter(text: string, offset: number, block: string): string {
  const at = lineEnd(text, trimEnd(text, offset));
  const gap = at === 0 || text[at - 1] === '\n' ? '' : eolOf(text);
  // a file without a newline at its end stays one
  return text.slice(0, at) + gap + (gap === '' ? block : block.slice(0, -gap.length)) + text.slice(at);
}

export function insertInFlow(text: string, collection: YAMLMap | YAMLSeq, member: string): string {
  const before = trimEnd(text, rangeOf(collection)[1] - 1);
  const comma = collection.items.length === 0 || text[before - 1] === ',' ? '' : ', ';
  return `${text.slice(0, before)}${comma}${member}${text.slice(before)}`;
}

export function removeFromFlow(text: string, { items }: YAMLSeq, index: number): string {
  const [from, to] = rangeOf(items[index]);
  if (items.length === 1) return text.slice(0, from) + text.slice(to);
  if (index > 0) return text.slice(0, rangeOf(items[index - 1])[1]) + text.slice(to);
  return text.slice(0, from) + text.slice(rangeOf(items[1])[0]);
}
