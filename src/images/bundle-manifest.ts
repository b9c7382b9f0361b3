import { z } from 'zod';

const fileSchema = z.object({
  path: z.string().regex(/^(data|cache)\/(?!.*(^|\/)\.\.(\/|$))[^\\]+$/, 'leads outside'),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifestSchema = z.object({
  schema: z.literal('spark-dev-bundle/v1'),
  sparkDevVersion: z.string(),
  arch: z.string(),
  /** The mirrors that the images were made with: they are part of what an image is known by. */
  aptSources: z.object({ archive: z.string(), security: z.string() }),
  /** Files and folders that are put in place as a whole: data/… and cache/… below the directories of those names. */
  units: z.array(z.object({ path: z.string(), what: z.string() })),
  files: z.array(fileSchema),
});

/** The first entry of a bundle: all that follows, with its sums. */
export type BundleManifest = z.infer<typeof manifestSchema>;
export type BundledFile = z.infer<typeof fileSchema>;

export const manifestName = 'manifest.json';

/** Undefined where it is none of ours. */
export function parseManifest(text: string): BundleManifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
