import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directories } from '../ports/host.js';

/** The text of a program that runs in a pod, or of the pod itself, from kustomize/pods. */
export function readPodProgram({ package: root }: Pick<Directories, 'package'>, name: string): Promise<string> {
  return readFile(join(root, 'kustomize', 'pods', name), 'utf8');
}
