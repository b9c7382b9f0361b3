import { findPath, type OverlayFiles } from './overlay-paths.js';
import type { Selector } from './patch.js';
import { readYaml } from './read-yaml.js';
import { asList, asRecord, isSelected, readResources, readSelector, showResource, type Resource } from './resource.js';

const operations = ['add', 'replace', 'test', 'remove', 'move', 'copy'];

/** What is wrong with one entry of `patches`, given what was gathered for it to change. */
export function checkPatch(
  files: OverlayFiles,
  folder: string,
  value: unknown,
  gathered: readonly Resource[],
): readonly string[] {
  const { path, patch, target } = asRecord(value) ?? {};
  if ((path === undefined) === (patch === undefined)) return ['a patch is either a text or the path of a file'];
  const text = path === undefined ? patch : readFileAt(files, folder, path);
  if (typeof text !== 'string') return ['the patch is not a text'];
  if (path !== undefined && typeof text === 'string' && text.startsWith('\0')) return [text.slice(1)];
  const { documents, problems } = readYaml('', text);
  if (problems.length > 0) return problems.map(({ line, message }) => `line ${String(line)} of the patch: ${message}`);
  if (documents.length === 0) return ['the patch is empty'];
  const selector = target === undefined ? undefined : readSelector(target);
  if (typeof selector === 'string') return [`the target ${selector}`];
  const chosen = selector === undefined ? [] : missing(selector, gathered);
  return [
    ...chosen,
    ...documents.flatMap((document) =>
      Array.isArray(document.value)
        ? checkOperations(document.value, selector)
        : selector === undefined
          ? checkMerge(readResources(document), gathered)
          : [],
    ),
  ];
}

/** A text that begins with NUL, which no file here does, says why there is none. */
function readFileAt(files: OverlayFiles, folder: string, path: unknown): string {
  const found = findPath(files, folder, path);
  if (found.kind === 'file') return files[found.path] ?? '';
  return `\0${found.kind === 'folder' ? `${String(path)} is a folder` : found.why}`;
}

/** kustomize leaves such a patch out without a word. */
function missing(selector: Selector, gathered: readonly Resource[]): readonly string[] {
  return gathered.some((resource) => isSelected(resource, selector))
    ? []
    : [`the target matches nothing: ${showSelector(selector)}`];
}

function checkMerge(read: readonly Resource[] | string, gathered: readonly Resource[]): readonly string[] {
  if (typeof read === 'string') return [`the patch ${read}`];
  return read.flatMap((wanted) =>
    gathered.some(
      (one) => one.kind === wanted.kind && one.group === wanted.group && one.names.includes(wanted.names[0] ?? ''),
    )
      ? []
      : [`there is no ${showResource(wanted)} to patch`],
  );
}

function checkOperations(list: readonly unknown[], target: Selector | undefined): readonly string[] {
  const problems = target === undefined ? ['operations of RFC 6902 need a target'] : [];
  for (const [index, value] of list.entries()) {
    const { op, path, from } = asRecord(value) ?? {};
    const number = `operation ${String(index + 1)}`;
    if (typeof op !== 'string' || !operations.includes(op))
      problems.push(`${number} is none of ${operations.join(', ')}`);
    if (typeof path !== 'string' || !/^(\/|$)/.test(path)) problems.push(`${number} has no path that begins with /`);
    if ((op === 'move' || op === 'copy') && typeof from !== 'string') problems.push(`${number} has no from`);
    const hasValue = asRecord(value) !== undefined && Object.hasOwn(value as object, 'value');
    if ((op === 'add' || op === 'replace' || op === 'test') && !hasValue) problems.push(`${number} has no value`);
  }
  return problems;
}

/** What is wrong with one entry of `replacements`. */
export function checkReplacement(value: unknown, gathered: readonly Resource[]): readonly string[] {
  const { path, source, targets } = asRecord(value) ?? {};
  if (path !== undefined) return [];
  const { fieldPath: _field, options: _options, ...identity } = asRecord(source) ?? {};
  const from = readSelector(source === undefined ? undefined : identity);
  if (typeof from === 'string') return [`the source ${from}`];
  const problems = [...missing(from, gathered).map(() => `the source matches nothing: ${showSelector(from)}`)];
  if (gathered.filter((resource) => isSelected(resource, from)).length > 1)
    problems.push(`the source matches more than one: ${showSelector(from)}`);
  if (asList(targets).length === 0) problems.push('there is no target');
  for (const one of asList(targets)) {
    const { select, fieldPaths } = asRecord(one) ?? {};
    const selector = readSelector(select);
    if (typeof selector === 'string') problems.push(`the target ${selector}`);
    else problems.push(...missing(selector, gathered));
    if (fieldPaths !== undefined && asList(fieldPaths).length === 0) problems.push('the target names no field');
  }
  return problems;
}

function showSelector(selector: Selector): string {
  return Object.entries(selector)
    .map(([field, text]) => `${field} ${String(text)}`)
    .join(', ');
}
