import type { PreparedCluster } from '../../cluster/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Reach } from '../../namespaces/reach.js';
import { bringUp } from './bring-up.js';
import { observeService, type SeenService, type ServicePod } from './observe-service.js';
import { upWords, usualMemoryMb } from './submit-service.js';

export interface ServiceInReach extends SeenService {
  readonly pod: ServicePod;
}

/** The service as it runs; where it is not up, offers to bring it up. Throws SERVICE_DOWN where nobody wants that. */
export async function requireService(reach: Reach, canAsk: boolean): Promise<ServiceInReach> {
  const { host, cluster } = reach;
  const seen = await observeService(reach);
  const isCurrent = seen?.image === cluster.sparkImage;
  if (seen?.pod?.ready === true && isCurrent) return { ...seen, pod: seen.pod };
  if (seen !== undefined && !isCurrent && seen.clients.length > 0) throw busyWithAnother(seen, cluster);
  if (seen === undefined && !(canAsk && (await host.ui.confirm('The submit service is not up. Bring it up?')))) {
    throw new SparkDevError('SERVICE_DOWN', `The submit service is not up in namespace ${cluster.namespace}`, {
      why: 'Jobs are started from its pod.',
      fix: [upWords(cluster.namespace), 'Let it come up by itself: --yes'],
      facts: { namespace: cluster.namespace },
    });
  }
  const pod = await bringUp(reach, seen, seen?.memoryMb ?? usualMemoryMb);
  return { image: cluster.sparkImage, memoryMb: usualMemoryMb, clients: [], ...seen, pod };
}

function busyWithAnother({ image, clients }: SeenService, wanted: PreparedCluster): SparkDevError {
  return new SparkDevError('IN_USE', `The submit service runs ${image}, not ${wanted.sparkImage}`, {
    why: `At work in it: ${clients.map(({ runId }) => runId).join(', ')}.`,
    fix: [
      'Wait for them',
      `${upWords(wanted.namespace)}   # ends them`,
      'spark-dev clean   # if nobody cares for them any more',
    ],
  });
}
