import { posix } from 'node:path';
import type { OverlayFiles } from './kustomize/kustomization.js';
import type { OverlayProblem } from './overlay-folder.js';

/** kustomize prints its whole chain of errors, and also the failed attempt to read the path as the other kind. */
const noise: readonly (readonly [RegExp, string])[] = [
  [/^(?:#.*\n)*error: /, ''],
  [/^'[^']*' must resolve to a file': /, ''],
  [/(?:': (?:must build at directory|new root)|: no matches for Id| in object \{\{)[^]*$/, ''],
  [/trouble configuring builtin \w+ with config: `[^]*?`: /, ''],
  [/MalformedYAMLError: |yaml: line \d+: |merging from generator &\{.*?\}: id | in File: \S+$/g, ''],
  [/evalsymlink failure on '.*?' : lstat .*?: /, ''],
  [/resid\.ResId\{Gvk:resid\.Gvk\{.*?Kind:"(.*?)".*?\}, Name:"(.*?)", Namespace:".*?"\}/g, '$1 $2'],
  [/\/?\.?\[no(?:Kind|Ver|Grp|Name|Ns)\]/g, ''],
];

/** Pure: where and why `kubectl kustomize` refuses an overlay, parsed from its stderr; paths are below the overlay. */
export function explainRefusal(stderr: string, files: OverlayFiles): OverlayProblem {
  const recursions = [...stderr.matchAll(/recursed accumulation of path '(.*?)': /g)];
  const last = recursions.at(-1);
  const folder = last?.[1] ?? '.';
  const inside = stderr.slice(last === undefined ? 0 : last.index + last[0].length).trim();
  const [, written, rest = inside] = /(?:accumulating|merging) resources from '(.*?)': ([^]*)$/.exec(inside) ?? [];
  const path = posix.join(folder, written ?? '');
  const isFile = files[path] !== undefined && written?.startsWith('../') === false;
  const message = noise.reduce((text, [pattern, by]) => text.replace(pattern, by), rest);
  const line = /\bline (\d+):/.exec(rest)?.[1];
  return {
    file: isFile ? path : posix.join(folder, 'kustomization.yaml'),
    ...(line === undefined ? {} : { line: Number(line) }),
    message: written === undefined || isFile ? message : `${written}: ${message}`,
  };
}
