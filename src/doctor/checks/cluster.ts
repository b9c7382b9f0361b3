import { findPreparedCluster } from '../../clusters/providers.js';
import { nameProvider } from '../../clusters/prepare/require-prepared.js';
import type { Check } from '../check.js';
import { fixedByInit, wasPrepared, withinCheck } from '../was-prepared.js';

export const cluster: Check = {
  id: 'cluster',
  group: 'Cluster',
  title: 'Local Kubernetes',
  async run(host, { signal, settings }) {
    if (!(await wasPrepared(host, { signal, settings }))) {
      return {
        status: 'skip',
        detail: 'not created; runs with --target local do not need it',
        fix: ['spark-dev init --yes'],
      };
    }
    const answer = await findPreparedCluster(host, { provider: (await settings()).provider, signal, ...withinCheck });
    return 'found' in answer
      ? { status: 'ok', detail: `context ${answer.found.context} answers, namespace ${answer.found.namespace}` }
      : {
          status: 'fail',
          detail: answer.absent,
          ...fixedByInit,
          fix: nameProvider(answer, ['spark-dev init --yes', 'spark-dev status']),
        };
  },
};
