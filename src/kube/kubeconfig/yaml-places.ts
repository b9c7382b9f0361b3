import { isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

export function findPair(root: YAMLMap, key: string): Pair | undefined {
  return root.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

export function valueStart(pair: Pair | undefined): number | undefined {
  const value: unknown = pair?.value;
  return isMap(value) || isSeq(value) || isScalar(value) ? value.range?.[0] : undefined;
}

export function dashes(seq: YAMLSeq): readonly number[] {
  const token = seq.srcToken;
  if (token?.type !== 'block-seq') return [];
  return token.items.flatMap((item) =>
    item.start.filter((part) => part.type === 'seq-item-ind').map((part) => part.offset),
  );
}

/** Where the last value below a node ends; a collection's own range also includes the comments after it. */
export function endOfContent(node: unknown): number {
  if (isMap(node) && node.flow !== true)
    return Math.max(...node.items.map((pair) => Math.max(endOfContent(pair.key), endOfContent(pair.value))));
  if (isSeq(node) && node.flow !== true) return Math.max(...node.items.map(endOfContent));
  return rangeOf(node)[1];
}

export function rangeOf(node: unknown): readonly [number, number] {
  if (node === null || typeof node !== 'object' || !('range' in node)) return [0, 0];
  const range = node.range as readonly [number, number, number] | null | undefined;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

export function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
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
