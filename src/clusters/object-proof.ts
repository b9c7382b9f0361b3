import { SparkDevError } from '../errors/spark-dev-error.js';
import { createArgv } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import type { RunOptions } from '../ports/runner.js';
import type { Capabilities, ClusterAccess } from './capabilities.js';
import { ownLabels, homeFolderAnnotation } from '../kube/labels.js';
import { readHomeId } from '../config/home-marker.js';
import { type MakerMark, isCopy } from './ownership.js';

/** How to recognize this home's objects in a cluster. */
export interface ObjectProof {
  /** Undefined if this home has no id, or is a copy of the home with that id. */
  readonly home: string | undefined;
  /** The cluster belongs to this home (ownership.ts), and so do unlabelled objects in it. */
  readonly ownsCluster: boolean;
}

/** `namespaces`: those that homes created in the cluster, with the folders of these homes. */
export async function readObjectProof(
  host: Host,
  { isMadeByUs }: Capabilities,
  namespaces: readonly MakerMark[],
): Promise<ObjectProof> {
  const home = (await isCopy(host, namespaces)) ? undefined : await readHomeId(host.directories);
  return { home, ownsCluster: isMadeByUs };
}

/** `said`: the id on an object, empty if it has none. */
export function isOwnObject(said: string, { home, ownsCluster }: ObjectProof): boolean {
  return said === '' ? ownsCluster : said === home;
}

/**
 * Objects to create, not apply, before any rights, if the cluster is the user's: create fails for an existing namespace, so
 * its creator owns it. Apply would take over an existing one.
 */
export function namespaceObject(name: string, home: string | undefined, data: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: ownLabels(home), annotations: { [homeFolderAnnotation]: data } },
  };
}

/** An existing one keeps its labels. */
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
