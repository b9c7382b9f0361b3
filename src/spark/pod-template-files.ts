import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Directories } from '../ports/host.js';

export interface MountedTemplates {
  readonly 'driver-template.yaml': string;
  readonly 'executor-template.yaml': string;
}

/** The templates that a submit Job mounts, from kustomize/run. */
export async function readPodTemplates({
  directories,
}: {
  readonly directories: Pick<Directories, 'package'>;
}): Promise<MountedTemplates> {
  const text = await readFile(join(directories.package, 'kustomize', 'run', 'settings.yaml'), 'utf8');
  const { data } = parse(text) as { data: MountedTemplates };
  return {
    'driver-template.yaml': data['driver-template.yaml'],
    'executor-template.yaml': data['executor-template.yaml'],
  };
}
