import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { tryJson } from '../files/read-json.js';

export interface ArchivedImage {
  /** The id that a daemon gives it. */
  readonly id: string;
  readonly references: readonly string[];
}

const manifestSchema = z.array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish() }));

/** Up to Docker 24 the configuration is called HASH.json, later blobs/sha256/HASH. */
export function parseArchiveManifest(text: string): readonly ArchivedImage[] | undefined {
  const read = manifestSchema.safeParse(tryJson(text));
  if (!read.success) return undefined;
  return read.data.map(({ Config, RepoTags }) => ({
    id: `sha256:${/[0-9a-f]{64}/.exec(Config)?.[0] ?? ''}`,
    references: RepoTags ?? [],
  }));
}

export async function readArchive(file: string): Promise<readonly ArchivedImage[]> {
  const { list } = await import('tar');
  const chunks: Buffer[] = [];
  await list({
    file,
    filter: (path) => path === 'manifest.json',
    onReadEntry: (entry) => {
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    },
  });
  const images = parseArchiveManifest(Buffer.concat(chunks).toString('utf8'));
  if (images !== undefined && images.length > 0) return images;
  throw new SparkDevError('USAGE', `${file} is not a docker save file`, {
    why: 'It has no manifest.json that lists images.',
    fix: ['docker save --output FILE IMAGE', 'A spark-dev bundle: spark-dev images restore FILE'],
  });
}
