import { z } from 'zod';
import { isBelow } from '../files/paths.js';

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

export function parseManifest(text: string): BundleManifest | string {
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
