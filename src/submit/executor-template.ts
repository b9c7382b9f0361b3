import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Host } from '../ports/host.js';

/** The same pod template as a submit Job mounts, out of kustomize/run. */
export async function readExecutorTemplate({ directories }: Pick<Host, 'directories'>): Promise<string> {
  const text = await readFile(join(directories.package, 'kustomize', 'run', 'settings.yaml'), 'utf8');
  const { data } = parse(text) as { data: Readonly<Record<string, string>> };
  return data['executor-template.yaml'] ?? '';
}
