import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { clusterPaths, profileName } from '../../kube/names.js';
import { replaceFile } from '../../files/replace-file.js';
import type { ClusterSize } from '../../kube/size.js';
import { parseProfileConfig, resizeProfileConfig, type ProfileConfig } from './profile-config.js';
import { codeOf } from '../../errors/error-code.js';

export function profileFile({ directories }: Pick<Host, 'directories'>): string {
  return join(clusterPaths(directories).minikubeHome, '.minikube', 'profiles', profileName, 'config.json');
}

export async function readProfileConfig(host: Pick<Host, 'directories'>): Promise<ProfileConfig> {
  const path = profileFile(host);
  return explainBroken(path, async () => parseProfileConfig(await readFile(path, 'utf8')));
}

/** Atomic; keeps the file's mode. */
export async function writeProfileSize(host: Host, size: ClusterSize): Promise<void> {
  const path = profileFile(host);
  await explainBroken(path, async () => {
    await replaceFile(path, resizeProfileConfig(await readFile(path, 'utf8'), size));
  });
}

async function explainBroken<Value>(path: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw noProfile(path);
    throw new SparkDevError('CLUSTER_UNREACHABLE', `minikube's profile ${path} was not changed`, {
      why: error instanceof Error ? error.message : String(error),
      fix: ['spark-dev status', 'Start over: spark-dev down --delete && spark-dev init'],
      cause: error,
    });
  }
}

function noProfile(path: string): SparkDevError {
  return new SparkDevError('CLUSTER_ABSENT', 'No cluster was created from these folders', {
    why: `${path} does not exist.`,
    fix: ['spark-dev init --yes', 'If it was created with another SPARK_DEV_HOME, set that again'],
  });
}
