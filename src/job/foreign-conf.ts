import { resolve } from 'node:path';
import { putSaid, splitCommas, type AppFlags } from '../config/app-flags.js';
import { propertyFields } from './property-fields.js';
import { readText } from '../config/require-trusted.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Json } from './plain-json.js';
import { readSparkApplication } from './spark-application.js';
import { isSetByRun, sizeFields } from './conf-rules.js';
import { readProperties } from '../spark/properties-file.js';
import type { Host } from '../ports/host.js';

type Said = Record<string, unknown>;

interface MappedProperties {
  /** Dotted path in the entry → the property that it comes from. */
  readonly origins: ReadonlyMap<string, string>;
  /** Those that have no effect here, with the reason. */
  readonly leftOut: readonly string[];
}

/** Puts properties into an entry of `apps:`, into fields where it has them. What it says already wins, as flags do in Spark. */
export function mapProperties(said: Said, properties: Readonly<Record<string, string>>): MappedProperties {
  const before = structuredClone(said);
  const origins = new Map<string, string>();
  const leftOut: string[] = [];
  for (const [key, written] of Object.entries(properties)) {
    const text = written.trim();
    const field = propertyFields[key];
    const path = field?.path ?? sizeFields[key]?.path ?? ['conf', key];
    if (!key.startsWith('spark.')) leftOut.push(`${key} (Spark ignores it)`);
    else if (isSetByRun(key)) leftOut.push(`${key} (spark-dev sets it)`);
    else if (valueAt(before, path) === undefined && valueAt(before, ['conf', key]) === undefined)
      for (const one of field?.isList === true ? splitCommas(text) : [text])
        origins.set(putSaid(said, path, one, field?.isList ?? false), key);
  }
  return { origins, leftOut };
}

function valueAt(said: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Said | undefined)?.[name], said);
}

/** `--conf spark.app.name=x` is the field `name`; a flag of its own wins, as in Spark. */
export function moveConfToFields(flags: AppFlags): AppFlags {
  const said = structuredClone(flags.said);
  const conf = (said['conf'] ?? {}) as Record<string, string>;
  const fields = Object.entries(conf).filter(([key]) => propertyFields[key] !== undefined);
  if (fields.length === 0) return flags;
  for (const [key] of fields) Reflect.deleteProperty(conf, key);
  const { origins } = mapProperties(said, Object.fromEntries(fields));
  const places = [...origins].flatMap(([path, key]) => {
    const place = flags.places.get(`conf.${key}`);
    return place === undefined ? [] : [[path, place] as const];
  });
  return { ...flags, said, places: new Map([...places, ...flags.places]) };
}

const largestBytes = 1024 * 1024;

/** The flags with a file like spark-defaults.conf below them. */
export async function addPropertiesFile(host: Host, flags: AppFlags, file: string): Promise<AppFlags> {
  const read = await readText(resolve(host.directories.working, file), largestBytes);
  const flag = '--properties-file';
  if (!('text' in read))
    return { ...flags, problems: [...flags.problems, { flag, value: file, message: read.message }] };
  const said = structuredClone(flags.said);
  const { origins, leftOut } = mapProperties(said, readProperties(read.text));
  if (leftOut.length > 0) host.ui.warn(`${file}: left out ${leftOut.join(', ')}`);
  const places = [...origins].map(([path, key]) => [path, { flag, value: `${file}: ${key}` }] as const);
  return { ...flags, said, places: new Map([...places, ...flags.places]) };
}

interface ForeignEntry {
  readonly name: string | undefined;
  /** An entry of `apps:`, not validated. */
  readonly entry: Said;
  readonly leftOut: readonly string[];
}

/** A SparkApplication of either operator, or a file like spark-defaults.conf; throws USAGE for any other. */
export async function readForeignFile(host: Host, file: string): Promise<ForeignEntry> {
  const read = await readText(resolve(host.directories.working, file), largestBytes);
  const refuse = (why: string): SparkDevError =>
    new SparkDevError('USAGE', `Cannot read ${file}`, {
      why,
      fix: ['--from etl.yaml   # a SparkApplication of a Spark operator', '--from spark-defaults.conf'],
    });
  if (!('text' in read)) throw refuse(read.message);
  const found = /\.(ya?ml|json)$/i.test(file) ? await findManifest(read.text) : undefined;
  if (/\.(ya?ml|json)$/i.test(file) && found === undefined)
    throw refuse('It holds no SparkApplication of sparkoperator.k8s.io or spark.apache.org.');
  const entry: Said = { ...found?.entry };
  const { leftOut } = mapProperties(entry, found?.properties ?? readProperties(read.text));
  return { name: found?.name, entry, leftOut: [...(found?.leftOut ?? []), ...leftOut] };
}

async function findManifest(text: string): Promise<ReturnType<typeof readSparkApplication>> {
  const [{ parseAllDocuments }, { keepAsWritten }] = await Promise.all([
    import('yaml'),
    import('../config/parse-settings.js'),
  ]);
  const documents = parseAllDocuments(text, { stringKeys: true });
  for (const document of 'empty' in documents ? [] : documents) {
    if (document.contents === null || document.errors.length > 0) continue;
    keepAsWritten(document.contents, (keys) => !['readOnly', 'tolerationSeconds'].includes(keys.at(-1) ?? ''));
    const value: unknown = document.toJS({ maxAliasCount: 50 });
    const found = typeof value === 'object' && value !== null ? readSparkApplication(value as Json) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
