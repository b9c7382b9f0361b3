import { parseAllDocuments, parse } from 'yaml';
import type { Host } from '../ports/host.js';
import { overlayInvalid, readAppOverlay, type AppOverlay } from './app-overlay.js';
import { renderOverlay, runKustomize } from './kubectl-kustomize.js';
import { type OverlayFiles, type Selector, toYaml } from './kustomize/kustomization.js';
import type { OverlayProblem } from './overlay-folder.js';
import { findProjectFolder } from '../config/load-settings.js';
import { posix } from 'node:path';

/** Objects that every run changes, so that they must exist. */
const neededResources = ['Job submit', 'ConfigMap settings'] as const;

/** The application's overlay in this project; throws CONFIG_INVALID if it is the user's and no run could use it. */
export async function requireAppOverlay(host: Host, app: string, signal: AbortSignal): Promise<AppOverlay> {
  const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), app);
  if (overlay.origin === 'ejected') await renderAppOverlay(host, overlay, signal);
  return overlay;
}

/** The rendered objects of an overlay; throws CONFIG_INVALID if it is the user's and no run could use it. */
export async function renderAppOverlay(host: Host, overlay: AppOverlay, signal: AbortSignal): Promise<string> {
  const { origin, files } = overlay;
  if (origin === 'generated') return renderOverlay(host, files, signal);
  const { exitCode, stdout, stderr } = await runKustomize(host, files, signal, [1]);
  if (exitCode !== 0) throw overlayInvalid(overlay, [explainRefusal(stderr, files)]);
  for (const [, words = ''] of stderr.matchAll(/^# Warning: (.*?)(?: Run 'kustomize .*)?$/gm))
    host.ui.warn(`${overlay.folder}: ${words}`);
  const problems = [...findMissing(stdout), ...(await findUnmatched(host, files, signal))];
  if (problems.length > 0) throw overlayInvalid(overlay, problems);
  return stdout;
}

function findMissing(rendered: string): readonly OverlayProblem[] {
  const objects = parseAllDocuments(rendered).map(
    (document) => document.toJS() as { readonly kind: string; readonly metadata: { readonly name: string } } | null,
  );
  const found = objects.map((object) => `${object?.kind ?? ''} ${object?.metadata.name ?? ''}`);
  return neededResources
    .filter((name) => !found.includes(name))
    .map((name) => ({ file: 'kustomization.yaml', message: `does not contain ${name}, which every run changes` }));
}

/** Targets that match nothing, in an overlay that kustomize accepts. */
export async function findUnmatched(
  host: Host,
  files: OverlayFiles,
  signal: AbortSignal,
): Promise<readonly OverlayProblem[]> {
  const probed = probeTargets(files);
  if (probed.selectors.size === 0) return [];
  const { stdout } = await runKustomize(host, probed.files, signal);
  return [...probed.selectors].flatMap(([key, problem]) => (stdout.includes(`${key}: `) ? [] : [problem]));
}

/** kustomize prints its whole chain of errors, and also the failed attempt to read the path as the other kind. */
const noise: readonly (readonly [RegExp, string])[] = [
  [/^(?:#.*\n)*error: /, ''],
  [/^'[^']*' must resolve to a file': /, ''],
  [/(?:': (?:must build at directory|new root)|: no matches for Id| in object \{\{)[^]*$/, ''],
  [/trouble configuring builtin \w+ with config: `[^]*?`: /, ''],
  [/MalformedYAMLError: |yaml: line \d+: |merging from generator &\{.*?\}: id | in File: \S+$/g, ''],
  [/evalsymlink failure on '.*?' : lstat (.*?): /, '$1: '],
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
  const own = names.map((name) => posix.join(folder, name)).find((name) => files[name] !== undefined);
  const file = isFile ? path : (own ?? posix.join(folder, 'kustomization.yaml'));
  const named = written ?? /^([^\s:]+): no such/.exec(message)?.[1] ?? /field Kustomization\.(\w+)/.exec(message)?.[1];
  const line = /\bline (\d+):/.exec(rest)?.[1] ?? (isFile ? undefined : findLine(files[file], named));
  const isNamed = written === undefined || isFile || message.startsWith(written);
  return {
    file,
    ...(line === undefined ? {} : { line: Number(line) }),
    message: isNamed ? message : `${written}: ${message.replace(/^[^\s:]+: (?=no such)/, '')}`,
  };
}

/** Of the first line that has some words; undefined without one. */
function findLine(text = '', words?: string): number | undefined {
  const at = words === undefined ? -1 : text.split('\n').findIndex((line) => line.includes(words));
  return at < 0 ? undefined : at + 1;
}

/** The selectors of a kustomization that kustomize has accepted. */
interface Selecting {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly { readonly path?: string; readonly patch?: string; readonly target?: Selector }[];
  readonly patchesJson6902?: readonly { readonly target: Selector }[];
  readonly replacements?: readonly { readonly targets?: readonly { readonly select: Selector }[] }[];
}

interface ProbedOverlay {
  readonly files: OverlayFiles;
  /** The problem of each selector that matches nothing, keyed by the annotation that would then be missing. */
  readonly selectors: ReadonlyMap<string, OverlayProblem>;
}

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * kustomize silently ignores a patch whose target matches nothing. So each selector also sets an annotation, and the real program
 * shows which of them match. Deletions are left out, because the annotation would disappear with the object.
 */
function probeTargets(files: OverlayFiles): ProbedOverlay {
  const probed: Record<string, string> = { ...files };
  const selectors = new Map<string, OverlayProblem>();
  const visit = (folder: string): void => {
    const file = names.map((name) => posix.join(folder, name)).find((path) => files[path] !== undefined);
    // a base that appears twice is read once
    if (file === undefined || probed[file] !== files[file]) return;
    const { patches = [], ...kustomization } = parse(files[file] ?? '') as Selecting;
    const { resources = [], components = [], replacements = [], patchesJson6902 = [] } = kustomization;
    const probe = (target: Selector): object => {
      const key = `spark-dev/probe-${String(selectors.size)}`;
      selectors.set(key, { file, message: `the target matches nothing: ${showSelector(target)}` });
      const metadata = { name: 'any', annotations: { [key]: '' } };
      return { target, patch: toYaml({ apiVersion: 'v1', kind: 'Any', metadata }) };
    };
    const textOf = ({ patch, path = '' }: (typeof patches)[number]): string =>
      patch ?? files[posix.join(folder, path)] ?? '';
    const kept = patches.flatMap((one) => [
      ...(one.target === undefined ? [] : [probe(one.target)]),
      ...(/\$patch['"]?:\s*['"]?delete/.test(textOf(one)) ? [] : [one]),
    ]);
    const others = [
      ...patchesJson6902.map(({ target }) => target),
      ...replacements.flatMap(({ targets = [] }) => targets.map(({ select }) => select)),
    ].map(probe);
    // again behind the patches, which may have replaced all annotations
    const probes = [...kept, ...others].filter((one) => !patches.includes(one));
    probed[file] = toYaml({ ...kustomization, patches: [...kept, ...others, ...probes] });
    for (const path of [...resources, ...components]) visit(posix.join(folder, path));
  };
  visit('.');
  return { files: probed, selectors };
}

function showSelector(selector: Selector): string {
  return Object.entries(selector)
    .map(([field, text]) => `${field} ${String(text)}`)
    .join(', ');
}
