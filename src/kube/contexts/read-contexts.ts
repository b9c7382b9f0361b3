import { unlessEmpty } from '../../text/words.js';
import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { explainBroken, readIfThere, listUserKubeconfigs, type SkippedFile } from '../kubeconfig/edit-file.js';
import { BrokenKubeconfig, readKubeconfig } from '../kubeconfig/edit.js';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z.boolean().nullish();
const padded = /^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/;
const base64 = text.refine((value) => padded.test(value.replaceAll(/[\r\n]/g, '')) && !value.includes('_'), {
  message: 'it is not base64',
});

/** kubectl refuses a file with two entries of one name in a list, whatever they say. */
const entriesOf = <Shape extends z.ZodType<{ readonly name: string }>>(shape: Shape) =>
  z
    .array(shape)
    .nullish()
    .transform((items) => items ?? [])
    .refine((items) => new Set(items.map(({ name }) => name)).size === items.length, {
      message: 'two entries have the same name',
    });

const provided = z.object({ provider: z.string() });

/** What kubectl reads, and the types without which it refuses the file: `v1.Config` of client-go's tools/clientcmd/api. */
const kubeconfigSchema = z.object({
  kind: text.refine((kind) => ['', 'Config'].includes(kind), { message: 'it is not Config' }),
  apiVersion: text.refine((version) => ['', 'v1'].includes(version), { message: 'it is not v1' }),
  preferences: z.object({ colors: flag }).nullish(),
  'current-context': text,
  clusters: entriesOf(
    z.object({
      name: text,
      cluster: z
        .object({
          server: text,
          'tls-server-name': text,
          'insecure-skip-tls-verify': flag,
          'certificate-authority': text,
          'certificate-authority-data': base64,
          'proxy-url': text,
          'disable-compression': flag,
          extensions: entriesOf(z.object({ name: text, extension: z.unknown() })),
        })
        .nullish(),
    }),
  ),
  users: entriesOf(
    z.object({
      name: text,
      user: z
        .object({
          ...{ 'client-certificate': text, 'client-certificate-data': base64, 'client-key': text },
          ...{ 'client-key-data': base64, token: text, tokenFile: text, as: text, username: text, password: text },
        })
        .nullish(),
    }),
  ),
  contexts: entriesOf(
    z.object({ name: text, context: z.object({ cluster: text, user: text, namespace: text }).nullish() }),
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

function readFields(plain: unknown): z.output<typeof kubeconfigSchema> {
  const read = kubeconfigSchema.safeParse(plain);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BrokenKubeconfig(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
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
      read.push({ ...explainBroken(file, () => readFields(plain)), file });
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
      broken.push({ path: file, why: error.why ?? error.what });
    }
  }
  const clusters = read.flatMap((one) => one.clusters);
  const contexts = read.flatMap(({ file, contexts: inFile }) =>
    inFile.map(({ name, context }): ReadContext => {
      const cluster = clusters.find((one) => one.name === context?.cluster)?.cluster;
      return {
        name,
        file,
        cluster: context?.cluster ?? '',
        user: context?.user ?? '',
        namespace: unlessEmpty(context?.namespace),
        server: cluster?.server ?? '',
        certificateAuthority: unlessEmpty(cluster?.['certificate-authority']),
        certificateAuthorityData: unlessEmpty(cluster?.['certificate-authority-data']),
        extensionProviders: (cluster?.extensions ?? []).flatMap(({ extension }) => {
          const read = provided.safeParse(extension);
          return read.success ? [read.data.provider] : [];
        }),
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
