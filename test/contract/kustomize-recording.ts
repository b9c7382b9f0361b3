import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KustomizeCase } from './kustomize-case.js';

interface RecordedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What the real kubectl made of exactly these files. */
export interface Recording {
  readonly tool: string;
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly objects: readonly RecordedObject[];
  readonly stderr: string;
}

export function pathOf({ name }: KustomizeCase): string {
  return new URL(`../fixtures/kustomize/${name}.json`, import.meta.url).pathname;
}

export function readRecording(one: KustomizeCase): Recording {
  return JSON.parse(readFileSync(pathOf(one), 'utf8')) as Recording;
}

export function readObjects(stdout: string): Recording['objects'] {
  return parseAllDocuments(stdout).flatMap((document) => {
    const value = document.toJS() as RecordedObject | null;
    return value === null ? [] : [value];
  });
}
