import { findPreparedCluster } from '../../clusters/providers.js';
import { findImageId } from '../../images/observed-image.js';
import type { Check } from '../check.js';
import { fixedByInit, wasPrepared } from '../was-prepared.js';

export const sparkImage: Check = {
  id: 'spark-image',
  group: 'Cluster',
  title: 'Spark image',
  async run(host, { signal, settings }) {
    if (!(await wasPrepared(host, { signal, settings }))) return { status: 'skip', detail: 'no cluster was created' };
    const answer = await findPreparedCluster(host, { provider: (await settings()).provider, signal, timeoutMs: 3000 });
    if (!('found' in answer)) return { status: 'skip', detail: answer.absent };
    const { sparkImage: image } = answer.found;
    const env = await answer.found.dockerEnv(host, signal);
    return (await findImageId(host, image, { env, signal })) !== undefined
      ? { status: 'ok', detail: `${image} is in the cluster` }
      : { status: 'fail', detail: `${image} is missing in the cluster`, ...fixedByInit };
  },
};
