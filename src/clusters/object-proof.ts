import { SparkDevError } from '../errors/spark-dev-error.js';
import { createArgv } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import type { RunOptions } from '../ports/runner.js';
import type { Capabilities, ClusterAccess } from './capabilities.js';
import { ownLabels, homeFolderAnnotation } from '../kube/labels.js';
import { readHomeId } from '../config/home-marker.js';
import { type MakerMark, isCopy } from './ownership.js';

/** By what the objects in a cluster are told to be this home's. */
export interface ObjectProof {
  /** Undefined where this home has no id, or is a copy of the one that has it. */
  readonly home: string | undefined;
  /** The cluster itself is proven to be this home's (ownership.ts), and so is what says nothing in it. */
  readonly ownsCluster: boolean;
}

/** `namespaces`: those that homes made in the cluster, and where these homes were. */
export async function readObjectProof(
  host: Host,
  { isMadeByUs }: Capabilities,
  namespaces: readonly MakerMark[],
): Promise<ObjectProof> {
  const home = (await isCopy(host, namespaces)) ? undefined : await readHomeId(host.directories);
  return { home, ownsCluster: isMadeByUs };
}

/** `said`: the id that an object carries, empty where it has none. */
export function isOwnObject(said: string, { home, ownsCluster }: ObjectProof): boolean {
  return said === '' ? ownsCluster : said === home;
}

/**
 * What is created before any rights are applied where the cluster is the user's: Kubernetes gives a name once, so whoever
 * creates a namespace owns it. Applying it would take one that is there already.
 */
export function namespaceObject(name: string, home: string | undefined, data: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: ownLabels(home), annotations: { [homeFolderAnnotation]: data } },
  };
}

/** One that is there keeps what it says. */
export async function claimNamespace(
  host: Host,
  access: ClusterAccess,
  name: string,
  options: RunOptions,
): Promise<void> {
  const { directories } = host;
  const input = JSON.stringify(namespaceObject(name, await readHomeId(directories), directories.data));
  try {
    await host.runner.run(createArgv(access), { ...options, input });
  } catch (error) {
    if (!(error instanceof SparkDevError) || !/AlreadyExists|already exists/.test(error.why ?? '')) throw error;
  }
}
