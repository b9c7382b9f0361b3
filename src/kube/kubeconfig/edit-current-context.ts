import { isDeepStrictEqual } from 'node:util';
import { isScalar, stringify } from 'yaml';
import { appendBlock, BrokenKubeconfig, insertInFlow, readKubeconfig } from './edit.js';
import { columnOf, endOfContent, findPair, rangeOf, startOf } from './yaml-places.js';

const key = 'current-context';

export function putCurrentContext(text: string, name: string): string {
  const edited = replaceName(text, name);
  const [before, after] = [text, edited].map((one) => ({ ...readKubeconfig(one).plain, [key]: undefined }));
  if (isDeepStrictEqual(before, after) && readKubeconfig(edited).plain[key] === name) return edited;
  throw new BrokenKubeconfig('Its current-context cannot be edited without changing other text', 1, 1);
}

function replaceName(text: string, name: string): string {
  const { root } = readKubeconfig(text);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (root === undefined) return appendBlock(text, `${key}: ${asScalar(name)}${eol}`, eol);
  const pair = findPair(root, key);
  if (pair === undefined) {
    if (root.flow === true) return insertInFlow(text, root, `${JSON.stringify(key)}: ${JSON.stringify(name)}`);
    const indent = ' '.repeat(columnOf(text, startOf(root)));
    return appendBlock(text, `${indent}${key}: ${asScalar(name)}${eol}`, eol);
  }
  if (isScalar(pair.value) && pair.value.value === name) return text;
  const [from, to] = pair.value === null ? afterColon(text, endOfContent(pair.key)) : rangeOf(pair.value);
  const space = from === to && text[from - 1] === ':' ? ' ' : '';
  return text.slice(0, from) + space + (root.flow === true ? JSON.stringify(name) : asScalar(name)) + text.slice(to);
}

function afterColon(text: string, offset: number): readonly [number, number] {
  const at = text.indexOf(':', offset) + 1;
  return [at, at];
}

/** Quoted if YAML would read something other than a name. */
function asScalar(name: string): string {
  return stringify(name, { lineWidth: 0, blockQuote: false }).trimEnd();
}
