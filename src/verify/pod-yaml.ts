import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Directories } from '../ports/host.js';
import type { Right } from './case.js';
import type { JobDocument, PodDocument } from './pod-document.js';

/** From kustomize/run and kustomize/rights, so that the cases test what ordinary runs use. */
export interface PodYaml {
  readonly submitJob: JobDocument;
  readonly driverTemplate: PodDocument;
  readonly executorTemplate: PodDocument;
  readonly rules: readonly Right[];
  /** The namespace enforces Pod Security `restricted`. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

export async function readPodYaml({ package: home }: Pick<Directories, 'package'>): Promise<PodYaml> {
  const read = async (...path: string[]): Promise<unknown> =>
    parse(await readFile(join(home, 'kustomize', ...path), 'utf8'));
  const [submitJob, settings, role, namespace] = (await Promise.all([
    read('run', 'submit-job.yaml'),
    read('run', 'settings.yaml'),
    read('rights', 'role.yaml'),
    read('rights', 'namespace.yaml'),
  ])) as [
    JobDocument,
    { readonly data: Readonly<Record<string, string>> },
    { readonly rules: readonly Right[] },
    { readonly metadata: { readonly labels: Readonly<Record<string, string>> } },
  ];
  const template = (name: string): PodDocument => parse(settings.data[name] ?? '') as PodDocument;
  return {
    submitJob,
    driverTemplate: template('driver-template.yaml'),
    executorTemplate: template('executor-template.yaml'),
    rules: role.rules,
    namespaceLabels: namespace.metadata.labels,
  };
}
