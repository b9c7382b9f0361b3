import { z } from 'zod';
import { isBelow, isFile, listFiles, sumOf } from '../files/paths.js';
import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Directories } from '../ports/host.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { createReadStream } from 'node:fs';
import { Parser } from 'tar';

/** Below data or cache. Each segment is a plain name: no `.`, no `..`, not empty, nothing that Windows would split. */
const pathSchema = z.string().refine((path) => {
  const [root = '', ...names] = path.split('/');
  const isName = (name: string): boolean => !['', '.', '..'].includes(name) && !/[\\:\0]/.test(name);
  return ['data', 'cache'].includes(root) && names.length > 0 && names.every(isName);
}, 'is not a path below data or cache');

const fileSchema = z.object({
  path: pathSchema,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifestSchema = z
  .object({
    schema: z.literal('spark-dev-bundle/v1'),
    sparkDevVersion: z.string(),
    arch: z.string(),
    /** The mirrors used to make the images; they are part of an image's identity. */
    aptSources: z.object({ archive: z.string(), security: z.string() }),
    /** Files and folders that are installed as a whole: data/… and cache/… below the directories of those names. */
    units: z.array(z.object({ path: pathSchema, what: z.string() })).max(100),
    files: z.array(fileSchema).max(100_000),
  })
  .superRefine((manifest, context) => {
    for (const message of findContradictions(manifest)) context.addIssue({ code: 'custom', message });
  });

/** Each file belongs to one unit, and each unit has at least one file. */
function findContradictions(manifest: {
  readonly units: readonly { readonly path: string }[];
  readonly files: readonly { readonly path: string }[];
}): readonly string[] {
  const units = new Set(manifest.units.map(({ path }) => path));
  const files = new Set(manifest.files.map(({ path }) => path));
  const unitsOf = (path: string): readonly string[] => [...units].filter((unit) => isBelow(unit, path, '/'));
  const used = new Set([...files].flatMap(unitsOf));
  return [
    ...(units.size < manifest.units.length || files.size < manifest.files.length ? ['a path is listed twice'] : []),
    ...[...units].filter((unit) => unitsOf(unit).length > 1).map((unit) => `${unit} is inside another unit`),
    ...[...files].filter((file) => unitsOf(file).length === 0).map((file) => `${file} belongs to no unit`),
    ...[...units].filter((unit) => !used.has(unit)).map((unit) => `${unit} has no file`),
  ];
}

/** The first entry of a bundle: lists everything that follows, with checksums. */
export type BundleManifest = z.infer<typeof manifestSchema>;
export type BundledFile = z.infer<typeof fileSchema>;

export const manifestName = 'manifest.json';

function parseManifest(text: string): BundleManifest | string {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : parsed.error.issues.slice(0, 1).map(describeIssue).join('');
  } catch {
    return 'it is not JSON';
  }
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return [path.join('.'), message].filter((part) => part !== '').join(': ');
}

/** A file or folder in a bundle; it appears on the other machine complete or not at all. */
export interface BundleUnit {
  /** data/… or cache/…: a path below the directory of that name. */
  readonly path: string;
  readonly what: string;
  /** The cluster cannot be made without it. The other machine can provide the rest itself. */
  readonly isNeeded: boolean;
}

/** Where a unit, or a file in it, is on this machine. */
export function placeOf(directories: Directories, path: string): string {
  const [root, ...rest] = path.split('/');
  return join(root === 'data' ? directories.data : directories.cache, ...rest);
}

/** Every file of a unit at `from`, with its checksum. */
export async function describeFiles(from: string, path: string, signal: AbortSignal): Promise<readonly BundledFile[]> {
  const described: BundledFile[] = [];
  for (const file of (await isFile(from)) ? [from] : await listFiles(from)) {
    const below = relative(from, file).split(sep);
    const { size } = await stat(file);
    described.push({
      path: [path, ...below].filter(Boolean).join('/'),
      bytes: size,
      sha256: await sumOf(file, signal),
    });
  }
  return described;
}

export interface CheckedBundle {
  /** Only the units that this machine looks for; nothing else is installed. */
  readonly manifest: BundleManifest;
  /** What the machine must have itself. */
  readonly lacks: readonly BundleUnit[];
}

/**
 * Folders are named after the checksums of their sources, so a bundle fits if it has the folders that this spark-dev looks for.
 */
export function checkBundle(
  manifest: BundleManifest,
  wanted: readonly BundleUnit[],
  here: { readonly arch: string; readonly sparkDevVersion: string },
): CheckedBundle {
  if (manifest.arch !== here.arch) {
    const what = `The bundle is for ${manifest.arch}, but this machine is ${here.arch}`;
    const fix = [`spark-dev images save FILE   # on a machine that is ${here.arch}`];
    throw new SparkDevError('BUNDLE_REFUSED', what, { fix });
  }
  const has = new Set(manifest.units.map(({ path }) => path));
  const lacks = wanted.filter(({ path }) => !has.has(path));
  const needed = lacks.filter(({ isNeeded }) => isNeeded);
  const units = manifest.units.filter((unit) => wanted.some(({ path }) => path === unit.path));
  if (needed.length === 0) return { manifest: { ...manifest, units }, lacks };
  const { sparkDevVersion } = here;
  throw new SparkDevError('BUNDLE_REFUSED', 'A different spark-dev made the bundle', {
    why: `The bundle was made by spark-dev ${manifest.sparkDevVersion}; version ${sparkDevVersion} also needs: ${needed.map(({ path }) => path).join(', ')}.`,
    fix: [
      `Install the spark-dev that made it (${manifest.sparkDevVersion})`,
      `spark-dev images save FILE   # with spark-dev ${sparkDevVersion}`,
    ],
  });
}

/** A path and a checksum per file; a bundle has some thousands. */
const largestManifestBytes = 32_000_000;

/** Reads only the first entry: the contents are known before gigabytes are read. */
export async function readBundle(file: string, signal: AbortSignal): Promise<BundleManifest> {
  const manifest = parseManifest((await readFirstEntry(file, signal)) ?? '');
  if (typeof manifest !== 'string') return manifest;
  throw new SparkDevError('BUNDLE_REFUSED', `${file} is not a spark-dev bundle`, {
    why: `Its first entry is not a ${manifestName} that this version can read: ${manifest}.`,
    fix: [
      'spark-dev images save FILE   # on a machine that has a cluster',
      'For a docker save file: spark-dev images load FILE',
    ],
  });
}

async function readFirstEntry(file: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const input = createReadStream(file, { signal });
    const settle = (text?: string) => (): void => {
      input.destroy();
      resolve(text);
    };
    const parser = new Parser({
      onReadEntry: (entry) => {
        if (entry.path !== manifestName || entry.type !== 'File' || entry.size > largestManifestBytes) {
          settle()();
          return;
        }
        const chunks: Buffer[] = [];
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
        entry.on('end', () => {
          settle(Buffer.concat(chunks).toString('utf8'))();
        });
      },
    });
    parser.on('end', settle());
    // not an archive at all
    parser.on('warn', settle());
    input.on('error', reject);
    input.on('data', (chunk) => parser.write(chunk as Buffer));
    input.on('end', () => {
      parser.end();
    });
  });
}
