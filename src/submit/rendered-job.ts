import { parseAllDocuments } from 'yaml';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { submitContainer } from '../spark/outcome.js';

/** What a submit Job would be called with, and the templates that it would mount. */
export interface RenderedJob {
  /** The words of spark-submit. */
  readonly words: readonly string[];
  /** By file name. */
  readonly templates: Readonly<Record<string, string>>;
}

interface Rendered {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { name: string; args?: string[] }[] } };
  };
}

/** Out of a run's overlay as kustomize renders it, so that every mode submits the same, an ejected overlay's changes among it. */
export function readRenderedJob(text: string): RenderedJob {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Rendered);
  const container = objects
    .flatMap(({ kind, spec }) => (kind === 'Job' ? (spec?.template?.spec?.containers ?? []) : []))
    .find(({ name }) => name === submitContainer);
  const settings = objects.find(
    ({ kind, data }) => kind === 'ConfigMap' && data?.['driver-template.yaml'] !== undefined,
  );
  const [first, ...words] = container?.args ?? [];
  if (first !== 'submit' || settings?.data === undefined) {
    throw new SparkDevError('CONFIG_INVALID', "The application's overlay has no submit Job with its templates", {
      why: 'Without them nobody knows what to submit.',
      fix: ['spark-dev overlay diff APP'],
    });
  }
  const templates = Object.entries(settings.data).filter(([name]) => name.endsWith('-template.yaml'));
  return { words: words.map(unescapeExpansion), templates: Object.fromEntries(templates) };
}

/** As kubelet would have read it. */
export function unescapeExpansion(word: string): string {
  return word.replaceAll('$$', '$');
}
