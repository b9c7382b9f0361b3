import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { KubeTarget } from '../ports/kube.js';
import type { ApiAccess } from './ask-api.js';

const text = z.string().optional();
const certificate = <Name extends string>(name: Name) =>
  ({ [name]: text, [`${name}-data`]: text }) as Record<Name | `${Name}-data`, typeof text>;

/** Nothing but certificates, as minikube, kind and Docker Desktop write it. */
const clusterSchema = z.strictObject({
  server: z.string(),
  ...certificate('certificate-authority'),
  'insecure-skip-tls-verify': z.boolean().optional(),
  extensions: z.unknown().optional(),
});
const userSchema = z.strictObject({ ...certificate('client-certificate'), ...certificate('client-key') });
const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: z.unknown() })),
  users: z.array(z.object({ name: z.string(), user: z.unknown() })),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
});

/** client-node, which takes a tenth of a second to load, reads the kubeconfigs with tokens, plugins or proxies, and explains broken ones. */
export async function openApi(target: KubeTarget): Promise<ApiAccess> {
  const plain = await readCertificates(target).catch(() => undefined);
  return plain ?? (await import('./client-node.js')).readAccess(target);
}

/** Rejects if the kubeconfig has more than certificates. */
async function readCertificates({ kubeconfig, context: wanted }: KubeTarget): Promise<ApiAccess> {
  const config = kubeconfigSchema.parse(parse(await readFile(kubeconfig, 'utf8')));
  const context = config.contexts.find(({ name }) => name === wanted)?.context;
  const cluster = clusterSchema.parse(config.clusters.find(({ name }) => name === context?.cluster)?.cluster);
  const user = userSchema.parse(config.users.find(({ name }) => name === context?.user)?.user);
  const read = async (path: string | undefined, data: string | undefined): Promise<Buffer | undefined> => {
    if (data !== undefined && data !== '') return Buffer.from(data, 'base64');
    return path === undefined ? undefined : readFile(resolve(dirname(kubeconfig), path));
  };
  const [ca, cert, key] = await Promise.all([
    read(cluster['certificate-authority'], cluster['certificate-authority-data']),
    read(user['client-certificate'], user['client-certificate-data']),
    read(user['client-key'], user['client-key-data']),
  ]);
  const options = { ca, cert, key, rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true };
  return { server: cluster.server, options: () => Promise.resolve(options) };
}
