import type { PreparedCluster } from '../../../clusters/prepared.js';
import { digestFolder } from '../../../images/folder-digest.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Argv } from '../../../ports/runner.js';
import { findImageId } from '../../../images/observed-image.js';

const builtWithinMs = 300_000;
const answerWithinMs = 15_000;

export function layerArgv(image: string, context: string): Argv {
  return ['docker', 'build', '--quiet', '--force-rm', '--network', 'none', '--tag', image, context];
}

/** One small layer over the cluster's Spark image, in the cluster's own daemon; the same content is built once. */
export async function buildAppLayer({ host, cluster, signal }: NamespaceSession, context: string): Promise<string> {
  const image = `spark-dev-app:layer-${(await digestFolder(context)).slice(0, 12)}`;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)), DOCKER_BUILDKIT: '0' };
  if ((await findImageId(host, image, { env, signal, timeoutMs: answerWithinMs })) === undefined)
    await host.runner.run(layerArgv(image, context), { env, signal, timeoutMs: builtWithinMs });
  return image;
}

/** For --dry-run: the name is only known with the file. */
export function describeLayer(cluster: PreparedCluster): string {
  return `spark-dev-app:layer-… over ${cluster.sparkImage}`;
}
