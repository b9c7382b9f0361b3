import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../../cluster/prepared.js';
import type { Reach } from '../../namespaces/reach.js';
import type { Argv } from '../../ports/runner.js';

export interface AppLayer {
  /** With Dockerfile and app/. */
  readonly context: string;
  /** The application's file below it. */
  readonly file: string;
}

const builtWithinMs = 300_000;
const answerWithinMs = 15_000;

export function layerArgv(image: string, context: string): Argv {
  return ['docker', 'build', '--quiet', '--force-rm', '--network', 'none', '--tag', image, context];
}

/** One small layer over the cluster's Spark image, in the cluster's own daemon; the same content is built once. */
export async function buildAppLayer({ host, cluster, signal }: Reach, layer: AppLayer): Promise<string> {
  const [dockerfile, app] = await Promise.all(
    ['Dockerfile', layer.file].map((name) => readFile(join(layer.context, name))),
  );
  const hash = createHash('sha256')
    .update(dockerfile ?? '')
    .update(layer.file)
    .update(app ?? '')
    .digest('hex');
  const image = `spark-dev-app:layer-${hash.slice(0, 12)}`;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)), DOCKER_BUILDKIT: '0' };
  const look = ['docker', 'image', 'inspect', '--format={{.Id}}', image];
  const seen = await host.runner.run(look, { env, accept: [1], signal, timeoutMs: answerWithinMs });
  if (seen.exitCode !== 0)
    await host.runner.run(layerArgv(image, layer.context), { env, signal, timeoutMs: builtWithinMs });
  return image;
}

/** For --dry-run: what would be built is only known with the file. */
export function describeLayer(cluster: PreparedCluster): string {
  return `spark-dev-app:layer-… over ${cluster.sparkImage}`;
}
