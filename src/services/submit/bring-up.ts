import type { PreparedCluster } from '../../clusters/prepared.js';
import type { ShownStep } from '../../steps/step.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { planChange } from '../change.js';
import { applyUp, type UpPlan } from '../manage.js';
import { readSubmit, type ServicePod, type SubmitStanding } from './observe-service.js';
import { submitService } from './service.js';
import { submitName } from './submit-service.js';

/** Undefined where it is up, and as it is wished. */
export function planService(
  cluster: PreparedCluster,
  seen: SubmitStanding | undefined,
  memoryMb: number,
): ShownStep | undefined {
  const nothing = { service: submitName, namespace: cluster.namespace, objects: [], pods: [] };
  const { steps } = planChange(cluster, submitService, { memoryMb }, seen?.standing ?? nothing);
  return steps.find(({ id }) => id === 'apply');
}

/** Its pod runs then. Drivers in an older one end with it, which the caller has asked about. */
export async function bringUp(session: NamespaceSession, plan: UpPlan): Promise<SubmitStanding & { pod: ServicePod }> {
  const seen = readSubmit(await applyUp(session, plan));
  if (seen?.pod !== undefined) return { ...seen, pod: seen.pod };
  throw new SparkDevError('JOB_FAILED', 'The submit service was removed while it came up', {
    why: 'Somebody deleted it.',
    fix: ['spark-dev submit up'],
  });
}
