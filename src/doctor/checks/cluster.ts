import type { PreparedAnswer } from '../../clusters/prepared.js';
import { findPreparedCluster, nameProvider } from '../../clusters/providers.js';
import { findImageId } from '../../images/observed-image.js';
import type { Host } from '../../ports/host.js';
import { fixedByInit, ok, skip, wasPrepared, withinCheck, type Check, type CheckContext } from '../check.js';

const cluster: Check = {
  id: 'cluster',
  group: 'Cluster',
  title: 'Local Kubernetes',
  async run(host, context) {
    if (!(await wasPrepared(host, context)))
      return skip('not created; runs with --target local do not need it', ['spark-dev init --yes']);
    const answer = await find(host, context);
    if ('found' in answer) return ok(`context ${answer.found.context} answers, namespace ${answer.found.namespace}`);
    const fix = nameProvider(answer, ['spark-dev init --yes', 'spark-dev status']);
    return { status: 'fail', detail: answer.absent, ...fixedByInit, fix };
  },
};

const sparkImage: Check = {
  id: 'spark-image',
  group: 'Cluster',
  title: 'Spark image',
  async run(host, context) {
    if (!(await wasPrepared(host, context))) return skip('no cluster was created');
    const answer = await find(host, context);
    if (!('found' in answer)) return skip(answer.absent);
    const { signal } = context;
    const { sparkImage: image } = answer.found;
    const env = await answer.found.dockerEnv(host, signal);
    return (await findImageId(host, image, { env, signal })) !== undefined
      ? ok(`${image} is in the cluster`)
      : { status: 'fail', detail: `${image} is missing in the cluster`, ...fixedByInit };
  },
};

async function find(host: Host, { signal, settings }: CheckContext): Promise<PreparedAnswer> {
  return findPreparedCluster(host, { provider: (await settings()).provider, signal, ...withinCheck });
}

export const clusterChecks = [cluster, sparkImage];
