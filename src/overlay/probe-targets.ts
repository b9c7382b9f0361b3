import { posix } from 'node:path';
import { parse } from 'yaml';
import type { OverlayFiles, Selector } from './kustomize/kustomization.js';
import { toYaml } from './kustomize/render.js';
import type { OverlayProblem } from './overlay-folder.js';

/** The selectors of a kustomization that kustomize has accepted. */
interface Selecting {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly { readonly path?: string; readonly patch?: string; readonly target?: Selector }[];
  readonly replacements?: readonly { readonly targets?: readonly { readonly select: Selector }[] }[];
}

export interface ProbedOverlay {
  readonly files: OverlayFiles;
  /** The problem of each selector that matches nothing, keyed by the annotation that would then be missing. */
  readonly selectors: ReadonlyMap<string, OverlayProblem>;
}

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * kustomize silently ignores a patch whose target matches nothing. So each selector also sets an annotation, and the real program
 * shows which of them match. Deletions are left out, because the annotation would disappear with the object.
 */
export function probeTargets(files: OverlayFiles): ProbedOverlay {
  const probed: Record<string, string> = { ...files };
  const selectors = new Map<string, OverlayProblem>();
  const visit = (folder: string): void => {
    const file = names.map((name) => posix.join(folder, name)).find((path) => files[path] !== undefined);
    // a base that appears twice is read once
    if (file === undefined || probed[file] !== files[file]) return;
    const { patches = [], ...kustomization } = parse(files[file] ?? '') as Selecting;
    const { resources = [], components = [], replacements = [] } = kustomization;
    const probe = (target: Selector): object => {
      const key = `spark-dev/probe-${String(selectors.size)}`;
      selectors.set(key, { file, message: `the target matches nothing: ${showSelector(target)}` });
      const metadata = { name: 'any', annotations: { [key]: '' } };
      return { target, patch: toYaml({ apiVersion: 'v1', kind: 'Any', metadata }) };
    };
    const textOf = ({ patch, path = '' }: (typeof patches)[number]): string =>
      patch ?? files[posix.join(folder, path)] ?? '';
    probed[file] = toYaml({
      ...kustomization,
      patches: [
        ...patches.flatMap((one) => [
          ...(one.target === undefined ? [] : [probe(one.target)]),
          ...(/\$patch['"]?:\s*['"]?delete/.test(textOf(one)) ? [] : [one]),
        ]),
        ...replacements.flatMap(({ targets = [] }) => targets.map(({ select }) => probe(select))),
      ],
    });
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
