import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { clusterPaths, jobNamespace, profileName } from '../names.js';
import type { KubeconfigEntry } from './edit.js';
import { mergeIntoUserKubeconfig } from './file.js';

const named = <Kind extends string, Shape extends z.ZodType>(kind: Kind, shape: Shape) =>
  z.object({ name: z.string(), [kind]: shape } as { name: z.ZodString } & Record<Kind, Shape>);

const privateSchema = z.object({
  clusters: z.array(named('cluster', z.object({ server: z.string(), 'certificate-authority': z.string() }))),
  users: z.array(named('user', z.object({ 'client-certificate': z.string(), 'client-key': z.string() }))),
});

/** Throws where the file is not as minikube writes it. */
async function readPrivateEntry(privateKubeconfig: string) {
  const read = privateSchema.parse(parse(await readFile(privateKubeconfig, 'utf8')));
  const cluster = read.clusters.find(({ name }) => name === profileName)?.cluster;
  const user = read.users.find(({ name }) => name === profileName)?.user;
  return { cluster, user };
}

/** The file that minikube's entry names as its authority. */
export async function readAuthorityPath(privateKubeconfig: string): Promise<string> {
  const entry = await readPrivateEntry(privateKubeconfig).catch(() => undefined);
  return entry?.cluster?.['certificate-authority'] ?? '';
}

/** minikube's entry names certificate files; ours embeds them, so that the user's file needs no other. Undefined if there is no cluster. */
export async function readOwnEntry(privateKubeconfig: string): Promise<KubeconfigEntry | undefined> {
  try {
    const { cluster, user } = await readPrivateEntry(privateKubeconfig);
    if (cluster === undefined || user === undefined) return undefined;
    const [authority, certificate, key] = await Promise.all(
      [cluster['certificate-authority'], user['client-certificate'], user['client-key']].map((path) =>
        readFile(path, 'base64'),
      ),
    );
    return {
      name: profileName,
      cluster: { 'certificate-authority-data': authority ?? '', server: cluster.server },
      user: { 'client-certificate-data': certificate ?? '', 'client-key-data': key ?? '' },
      context: { cluster: profileName, namespace: jobNamespace, user: profileName },
    };
  } catch {
    return undefined;
  }
}

/** Returns the file it was written to. We work with the private file, so a user's file that cannot be edited is only a warning. */
export async function mergeOwnEntry(host: Host): Promise<string | undefined> {
  const entry = await readOwnEntry(clusterPaths(host.directories).kubeconfig);
  if (entry === undefined) return undefined;
  try {
    return await mergeIntoUserKubeconfig(host, entry);
  } catch (error) {
    if (!(error instanceof SparkDevError)) throw error;
    host.ui.warn(`${error.what}: ${error.why ?? ''} Jobs are unaffected. To fix kubectl: ${error.fix[0] ?? ''}`);
    return undefined;
  }
}
