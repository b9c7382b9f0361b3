import { findPath, type OverlayFiles } from './overlay-paths.js';
import { asList, asRecord, isSame, showResource, type Resource } from './resource.js';

export interface Generated {
  readonly resources: readonly Resource[];
  readonly complaints: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
}

/** ConfigMaps and Secrets that a kustomization makes, after those that its bases gathered. */
export function checkGenerators(
  files: OverlayFiles,
  folder: string,
  kustomization: Readonly<Record<string, unknown>>,
  gathered: readonly Resource[],
): Generated {
  const resources: Resource[] = [];
  const complaints: { path: readonly (string | number)[]; message: string }[] = [];
  for (const [field, kind] of [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const) {
    for (const [index, value] of asList(kustomization[field]).entries()) {
      const complain = (message: string, ...path: readonly (string | number)[]): void =>
        void complaints.push({ path: [field, index, ...path], message });
      const generator = asRecord(value) ?? {};
      const { name, namespace, behavior } = generator;
      if (typeof name !== 'string' || name === '') {
        complain(`a ${kind} must have a name`);
        continue;
      }
      const place = typeof namespace === 'string' ? namespace : '';
      const made: Resource = { group: '', version: 'v1', kind, namespace: place, names: [name] };
      const known = [...gathered, ...resources].some(
        (one) => isSame(one, made) || (one.names.includes(name) && one.kind === kind),
      );
      const isChange = behavior === 'merge' || behavior === 'replace';
      if (isChange && !known) complain(`there is no ${showResource(made)} to ${behavior}`);
      else if (!isChange && known) complain(`there is a ${showResource(made)} already`);
      else if (!isChange) resources.push(made);
      for (const message of checkSources(files, folder, generator)) complain(message);
    }
  }
  return { resources, complaints };
}

function checkSources(
  files: OverlayFiles,
  folder: string,
  generator: Readonly<Record<string, unknown>>,
): readonly string[] {
  const problems: string[] = [];
  const keys: string[] = [];
  const read = (path: string): string | undefined => {
    const found = findPath(files, folder, path);
    if (found.kind === 'file') return files[found.path] ?? '';
    problems.push(found.kind === 'folder' ? `${path} is a folder` : found.why);
    return undefined;
  };
  for (const literal of asList(generator['literals'])) {
    const text = String(literal);
    if (text.indexOf('=') < 1) problems.push(`the literal ${JSON.stringify(text)} is not KEY=VALUE`);
    else keys.push(text.slice(0, text.indexOf('=')));
  }
  for (const source of asList(generator['files'])) {
    const text = String(source);
    const at = text.indexOf('=');
    const path = text.slice(at + 1);
    if (read(path) !== undefined) keys.push(at > 0 ? text.slice(0, at) : (path.split('/').at(-1) ?? path));
  }
  for (const source of [...asList(generator['envs']), ...(generator['env'] === undefined ? [] : [generator['env']])]) {
    for (const line of (read(String(source)) ?? '').split('\n'))
      if (!/^\s*(#|$)/.test(line)) keys.push(line.trim().split('=', 1)[0] ?? '');
  }
  const repeated = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  return [...problems, ...[...repeated].map((key) => `the key ${key} is there twice`)];
}
