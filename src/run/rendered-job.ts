import { join } from 'node:path';
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

interface Named {
  readonly name: string;
}

interface Rendered {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly (Named & { args?: string[]; env?: Named[] })[];
        readonly initContainers?: readonly Named[];
        readonly volumes?: readonly Named[];
      };
    };
  };
}

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
  const container = objects
    .flatMap(({ kind, spec }) => (kind === 'Job' ? (spec?.template?.spec?.containers ?? []) : []))
    .find(({ name }) => name === submitContainer);
  const settings = objects.find(
    ({ kind, data }) => kind === 'ConfigMap' && data?.['driver-template.yaml'] !== undefined,
  );
  const [first, ...words] = container?.args ?? [];
  if (first !== 'submit' || settings?.data === undefined) {
    throw new SparkDevError('CONFIG_INVALID', "The application's overlay has no submit Job with its templates", {
      why: 'spark-dev reads the job to submit from them.',
      fix: ['spark-dev overlay diff APP'],
    });
  }
  const templates = Object.entries(settings.data).filter(([name]) => name.endsWith('-template.yaml'));
  const line = words.map(unescapeExpansion);
  const properties = settings.data[propertiesKey];
  return {
    words: properties === undefined ? line : showConf(line, properties),
    templates: Object.fromEntries(templates),
  };
}

/** Volumes and containers in the submit pod of our own overlay; additional ones of an ejected overlay need a Job. */
const own = {
  containers: [submitContainer],
  env: ['SPARK_SUBMIT_OPTS', 'SPARK_IMAGE'],
  volumes: ['tmp', 'work', 'templates', 'properties'],
};

/** Resources of a rendered overlay that only a submit Job can use. */
export function findLeftOut(text: string): readonly string[] {
  return readObjects(text).flatMap(({ kind = '', metadata, data, spec }) => {
    if (kind === 'ConfigMap' && data?.['driver-template.yaml'] !== undefined) return [];
    const pod = spec?.template?.spec;
    const containers = pod?.containers ?? [];
    if (kind !== 'Job' || !containers.some(({ name }) => name === submitContainer))
      return [`${kind} ${metadata?.name ?? ''}`];
    const { env = [] } = containers.find(({ name }) => name === submitContainer) ?? {};
    const named = { containers: [...(pod?.initContainers ?? []), ...containers], env, volumes: pod?.volumes ?? [] };
    return (['containers', 'env', 'volumes'] as const).flatMap((list) =>
      named[list].flatMap(({ name }) => (own[list].includes(name) ? [] : [`${name} (${list})`])),
    );
  });
}

function readObjects(text: string): readonly Rendered[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Rendered | null) ?? []);
}
