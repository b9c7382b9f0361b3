import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { explainBroken, readIfThere, listUserKubeconfigs, type SkippedFile } from '../kubeconfig/edit-file.js';
import { readKubeconfig } from '../kubeconfig/edit.js';

const text = z.string().catch('');
const extension = z.object({ extension: z.object({ provider: text }) });
const entriesOf = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((items) =>
      (items ?? []).flatMap((item) => {
        const read = shape.safeParse(item);
        return read.success ? [read.data] : [];
      }),
    );

const kubeconfigSchema = z.object({
  'current-context': text,
  clusters: entriesOf(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: text,
        'certificate-authority': z.string().optional().catch(undefined),
        'certificate-authority-data': z.string().optional().catch(undefined),
        extensions: entriesOf(extension),
      }),
    }),
  ),
  contexts: entriesOf(
    z.object({ name: z.string(), context: z.object({ cluster: text, user: text, namespace: z.string().optional() }) }),
  ),
});

export interface ReadContext {
  readonly name: string;
  readonly file: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string | undefined;
  /** Empty if the cluster that it names is not defined. */
  readonly server: string;
  readonly certificateAuthority: string | undefined;
  readonly certificateAuthorityData: string | undefined;
  readonly extensionProviders: readonly string[];
}

export interface ReadContexts {
  readonly contexts: readonly ReadContext[];
  readonly current: string | undefined;
  /** The file that kubectl would write. */
  readonly written: string;
  readonly passedOver: readonly SkippedFile[];
}

/** All contexts of the user's kubeconfigs, merged like kubectl does: the first definition wins. Unreadable files are reported, and the others count. */
export async function readContexts(host: Host): Promise<ReadContexts> {
  const { files, written, passedOver } = await listUserKubeconfigs(host);
  const broken: SkippedFile[] = [];
  const read: (z.output<typeof kubeconfigSchema> & { readonly file: string })[] = [];
  for (const file of files) {
    try {
      const content = await readIfThere(file);
      if (content === undefined) continue;
      const { plain } = explainBroken(file, () => readKubeconfig(content));
      read.push({ ...kubeconfigSchema.parse(plain), file });
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
      broken.push({ path: file, why: error.why ?? error.what });
    }
  }
  const clusters = read.flatMap((one) => one.clusters);
  const contexts = read.flatMap(({ file, contexts: inFile }) =>
    inFile.map(({ name, context }): ReadContext => {
      const cluster = clusters.find((one) => one.name === context.cluster)?.cluster;
      return {
        name,
        file,
        ...context,
        server: cluster?.server ?? '',
        certificateAuthority: cluster?.['certificate-authority'],
        certificateAuthorityData: cluster?.['certificate-authority-data'],
        extensionProviders: (cluster?.extensions ?? []).map(({ extension: { provider } }) => provider),
      };
    }),
  );
  return {
    contexts: contexts.filter((one, index) => contexts.findIndex(({ name }) => name === one.name) === index),
    current: read.map((one) => one['current-context']).find((name) => name !== ''),
    written,
    passedOver: [...passedOver, ...broken],
  };
}
