import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isOpen, type Operation } from '../journal/journal.js';
import type { Directories, Host } from '../ports/host.js';
import { clusterPlaces, profileName } from './names.js';
import { observeNodeContainer } from './node-container.js';

const operations: readonly Operation[] = ['create-cluster', 'delete-cluster', 'recreate-cluster'];

/** Whether these folders ever made the cluster that Docker may hold; all of them give it the same name. */
export async function mayHaveCluster(host: Host): Promise<boolean> {
  const signs = [hasProfile(host.directories), ...operations.map((operation) => isOpen(host, operation))];
  return (await Promise.all(signs)).includes(true);
}

/** minikube would take the container of another SPARK_DEV_HOME for its own, or put one in its place. */
export async function refuseForeignCluster(host: Host, signal: AbortSignal | undefined): Promise<void> {
  if ((await mayHaveCluster(host)) || (await observeNodeContainer(host, signal)) === undefined) return;
  throw new SparkDevError('IN_USE', `Docker holds a cluster ${profileName} that was not made from these folders`, {
    why: `Its record is not below ${clusterPlaces(host.directories).minikubeHome}: another SPARK_DEV_HOME made it, or the folder was removed.`,
    fix: [
      'Set SPARK_DEV_HOME as it was when the cluster was made',
      `docker rm --force ${profileName} && docker volume rm ${profileName}   # that cluster and all data in it are gone then`,
    ],
  });
}

async function hasProfile(directories: Directories): Promise<boolean> {
  return access(join(clusterPlaces(directories).minikubeHome, '.minikube', 'profiles', profileName)).then(
    () => true,
    () => false,
  );
}
