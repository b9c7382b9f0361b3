import { join } from 'node:path';
import type { V1ConfigMap, V1Container, V1JobSpec } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { kustomizeArgv } from '../overlay/kubectl-kustomize.js';
import { propertiesKey, unescapeExpansion } from '../overlay/run-overlay.js';
import type { Host } from '../ports/host.js';
import { submitContainer } from '../spark/outcome.js';
import { showConf } from '../spark/submit-words.js';

/** The arguments of a submit Job, and the templates that it mounts. */
export interface RenderedJob {
  /** The arguments of spark-submit, including its properties. */
  readonly words: readonly string[];
  /** By file name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** A Job, or a ConfigMap, or whatever else an ejected overlay has. */
type Rendered = Pick<V1ConfigMap, 'kind' | 'metadata' | 'data'> & { readonly spec?: Partial<V1JobSpec> };

const renderedWithinMs = 30_000;

/** Reads the job of a run with written files from the overlay that would deploy its submit Job. */
export async function renderJob(
  host: Host,
  { kubectl, childEnv: env }: PreparedCluster,
  folder: string,
  signal: AbortSignal,
): Promise<RenderedJob> {
  const argv = kustomizeArgv(kubectl, join(folder, 'overlay'));
  const { stdout } = await host.runner.run(argv, { env, signal, timeoutMs: renderedWithinMs });
  const job = readRenderedJob(stdout);
  const leftOut = findLeftOut(stdout);
  if (leftOut.length > 0) host.ui.warn(`Ignored overlay resources (submit Job only): ${leftOut.join(', ')}`);
  return job;
}

/** Reads it from the overlay as kustomize renders it, so that every mode submits the same job, with an ejected overlay's changes. */
export function readRenderedJob(text: string): RenderedJob {
  const objects = readObjects(text);
  const [first, ...words] = objects.map(findSubmit).find((found) => found !== undefined)?.args ?? [];
  const settings = objects.find(isSettings)?.data;
  if (first !== 'submit' || settings === undefined) {
    throw new SparkDevError('CONFIG_INVALID', "The application's overlay has no submit Job with its templates", {
      why: 'spark-dev reads the job to submit from them.',
      fix: ['spark-dev overlay diff APP'],
    });
  }
  const templates = Object.entries(settings).filter(([name]) => name.endsWith('-template.yaml'));
  const line = words.map(unescapeExpansion);
  const properties = settings[propertiesKey];
  return {
    words: properties === undefined ? line : showConf(line, properties),
    templates: Object.fromEntries(templates),
  };
}

function isSettings({ kind, data }: Rendered): boolean {
  return kind === 'ConfigMap' && data?.['driver-template.yaml'] !== undefined;
}

function findSubmit({ kind, spec }: Rendered): V1Container | undefined {
  const containers = kind === 'Job' ? spec?.template?.spec?.containers : undefined;
  return containers?.find(({ name }) => name === submitContainer);
}

/** Volumes and containers in the submit pod of our own overlay; additional ones of an ejected overlay need a Job. */
const own = {
  containers: [submitContainer],
  env: ['SPARK_SUBMIT_OPTS', 'SPARK_IMAGE'],
  volumes: ['tmp', 'work', 'templates', 'properties'],
};

/** Resources of a rendered overlay that only a submit Job can use. */
export function findLeftOut(text: string): readonly string[] {
  return readObjects(text).flatMap((object) => {
    if (isSettings(object)) return [];
    const submit = findSubmit(object);
    if (submit === undefined) return [`${object.kind ?? ''} ${object.metadata?.name ?? ''}`];
    const { containers = [], initContainers = [], volumes = [] } = object.spec?.template?.spec ?? {};
    const named = { containers: [...initContainers, ...containers], env: submit.env ?? [], volumes };
    return (['containers', 'env', 'volumes'] as const).flatMap((list) =>
      named[list].flatMap(({ name }) => (own[list].includes(name) ? [] : [`${name} (${list})`])),
    );
  });
}

function readObjects(text: string): readonly Rendered[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Rendered | null) ?? []);
}
