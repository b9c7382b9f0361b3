import { checkGenerators } from './check-generators.js';
import { checkPatch, checkReplacement } from './check-patches.js';
import { findPath, listKustomizations, type OverlayFiles } from './overlay-paths.js';
import { readYaml, type OverlayProblem, type ReadDocument } from './read-yaml.js';
import { asList, asRecord, isSame, readResources, showResource, type Resource } from './resource.js';

/** Those that we write and those that we take from others without looking inside. */
const knownFields =
  /^(apiVersion|kind|metadata|resources|components|namespace|namePrefix|nameSuffix|labels|commonLabels|commonAnnotations|generatorOptions|configMapGenerator|secretGenerator|images|patches|patchesStrategicMerge|patchesJson6902|replacements|replicas|buildMetadata|sortOptions|openapi|crds|configurations|generators|transformers|validators|vars|bases|helmCharts|helmGlobals)$/;

interface Gathering {
  readonly files: OverlayFiles;
  readonly problems: OverlayProblem[];
  /** The folders on the way down, against circles. */
  readonly above: readonly string[];
}

export interface ReadOverlay {
  /** What it comes to; of a patch that renames or removes nothing is known. */
  readonly resources: readonly Resource[];
  /** Everything that kustomize would refuse, or that cannot have been meant. */
  readonly problems: readonly OverlayProblem[];
}

/** Looks at an overlay's files as kustomize would; pure. */
export function readOverlay(files: OverlayFiles): ReadOverlay {
  const problems = Object.entries(files)
    .filter(([file]) => /\.ya?ml$/.test(file))
    .flatMap(([file, text]) => readYaml(file, text).problems);
  // what cannot be read makes everything that needs it wrong too
  if (problems.length > 0) return { resources: [], problems };
  const resources = gatherFolder({ files, problems, above: [] }, '.', 'Kustomization', []);
  return { resources, problems };
}

/** The objects that a folder comes to; a component begins with what was gathered before it. */
function gatherFolder(
  gathering: Gathering,
  folder: string,
  expected: 'Kustomization' | 'Component',
  before: readonly Resource[],
): readonly Resource[] {
  const { files, problems, above } = gathering;
  const [file, second] = listKustomizations(files, folder);
  const nowhere = folder === '.' ? 'kustomization.yaml' : `${folder}/kustomization.yaml`;
  if (file === undefined) {
    problems.push({ file: nowhere, line: 1, message: 'there is no kustomization in this folder' });
    return before;
  }
  if (second !== undefined) problems.push({ file: second, line: 1, message: `there is ${file} beside it` });
  const [document] = readYaml(file, files[file] ?? '').documents;
  const value = asRecord(document?.value);
  if (document === undefined || value === undefined) {
    problems.push({ file, line: 1, message: 'is not a kustomization' });
    return before;
  }
  const complain = (message: string, path: readonly (string | number)[] = []): void =>
    void problems.push({ file, line: document.lineOf(path), message });
  for (const field of Object.keys(value)) if (!knownFields.test(field)) complain(`unknown field ${field}`, [field]);
  const kind = value['kind'] ?? 'Kustomization';
  if (kind !== expected)
    complain(`is a ${typeof kind === 'string' ? kind : 'nothing known'} where a ${expected} belongs`, ['kind']);
  const inside: Gathering = { ...gathering, above: [...above, folder] };
  const resources = [...before];
  const add = (more: readonly Resource[], path: readonly (string | number)[]): void => {
    for (const one of more) {
      if (resources.some((other) => isSame(one, other))) complain(`there is a ${showResource(one)} already`, path);
      else resources.push(one);
    }
  };
  for (const [index, path] of asList(value['resources']).entries())
    add(
      gatherResource(inside, folder, path, (message) => {
        complain(message, ['resources', index]);
      }),
      ['resources', index],
    );
  const generated = checkGenerators(files, folder, value, resources);
  for (const { message, path } of generated.complaints) complain(message, path);
  resources.push(...generated.resources);
  let all: readonly Resource[] = resources;
  for (const [index, path] of asList(value['components']).entries()) {
    const found = findPath(files, folder, path);
    if (found.kind !== 'folder')
      complain(found.kind === 'file' ? `${String(path)} is a file` : found.why, ['components', index]);
    else if (inside.above.includes(found.path)) complain(`${String(path)} leads back to itself`, ['components', index]);
    else all = gatherFolder(inside, found.path, 'Component', all);
  }
  return transform(gathering, folder, value, all, complain);
}

function gatherResource(
  gathering: Gathering,
  folder: string,
  written: unknown,
  complain: (message: string) => void,
): readonly Resource[] {
  const { files, problems, above } = gathering;
  const found = findPath(files, folder, written);
  if (found.kind === 'refused') complain(found.why);
  if (found.kind === 'folder') {
    if (!above.includes(found.path)) return gatherFolder(gathering, found.path, 'Kustomization', []);
    complain(`${String(written)} leads back to itself`);
  }
  if (found.kind !== 'file') return [];
  return readYaml(found.path, files[found.path] ?? '').documents.flatMap((document: ReadDocument) => {
    const read = readResources(document);
    if (typeof read !== 'string') return read;
    problems.push({ file: found.path, line: document.lineOf(), message: read });
    return [];
  });
}

function transform(
  { files }: Gathering,
  folder: string,
  value: Readonly<Record<string, unknown>>,
  gathered: readonly Resource[],
  complain: (message: string, path: readonly (string | number)[]) => void,
): readonly Resource[] {
  const { namespace, namePrefix = '', nameSuffix = '' } = value;
  const renamed = gathered.map((resource) => ({
    ...resource,
    namespace: typeof namespace === 'string' ? namespace : resource.namespace,
    names: [...new Set([`${String(namePrefix)}${resource.names[0] ?? ''}${String(nameSuffix)}`, ...resource.names])],
  }));
  for (const [index, patch] of asList(value['patches']).entries())
    for (const message of checkPatch(files, folder, patch, renamed)) complain(message, ['patches', index]);
  for (const [index, replacement] of asList(value['replacements']).entries())
    for (const message of checkReplacement(replacement, renamed)) complain(message, ['replacements', index]);
  for (const [index, image] of asList(value['images']).entries()) {
    const { name } = asRecord(image) ?? {};
    if (typeof name !== 'string' || name === '') complain('an image change names no image', ['images', index]);
  }
  return renamed;
}
