import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Host } from '../ports/host.js';

export interface PodTemplates {
  readonly 'driver-template.yaml': string;
  readonly 'executor-template.yaml': string;
}

/** The same that a submit Job mounts, out of kustomize/run. */
export async function readPodTemplates({ directories }: Pick<Host, 'directories'>): Promise<PodTemplates> {
  const text = await readFile(join(directories.package, 'kustomize', 'run', 'settings.yaml'), 'utf8');
  const { data } = parse(text) as { data: PodTemplates };
  return {
    'driver-template.yaml': data['driver-template.yaml'],
    'executor-template.yaml': data['executor-template.yaml'],
  };
}
