import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { explainBroken, readIfThere } from '../kubeconfig/edit-file.js';
import { readKubeconfig } from '../kubeconfig/edit.js';
import { listUserKubeconfigs, type SkippedFile } from '../kubeconfig/user-files.js';

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
  readonly namespace: string | undefined;
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
  const read: { readonly file: string; readonly config: z.output<typeof kubeconfigSchema> }[] = [];
  for (const file of files) {
    try {
      const content = await readIfThere(file);
      if (content !== undefined) read.push({ file, config: readConfig(file, content) });
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
      broken.push({ path: file, why: error.why ?? error.what });
    }
  }
  const clusters = firstOfEach(read.flatMap(({ config }) => config.clusters));
  const contexts = firstOfEach(read.flatMap(({ file, config }) => config.contexts.map((one) => ({ ...one, file }))));
  return {
    contexts: [...contexts.values()].map(({ name, file, context }) => {
      const cluster = clusters.get(context.cluster)?.cluster;
      return {
        name,
        file,
        ...context,
        namespace: context.namespace,
        server: cluster?.server ?? '',
        certificateAuthority: cluster?.['certificate-authority'],
        certificateAuthorityData: cluster?.['certificate-authority-data'],
        extensionProviders: (cluster?.extensions ?? []).map(({ extension: { provider } }) => provider),
      };
    }),
    current: read.map(({ config }) => config['current-context']).find((name) => name !== ''),
    written,
    passedOver: [...passedOver, ...broken],
  };
}

function readConfig(file: string, content: string): z.output<typeof kubeconfigSchema> {
  return kubeconfigSchema.parse(explainBroken(file, () => readKubeconfig(content)).plain);
}

function firstOfEach<Entry extends { readonly name: string }>(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries) if (!found.has(entry.name)) found.set(entry.name, entry);
  return found;
}
