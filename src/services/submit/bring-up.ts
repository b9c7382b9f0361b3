import type { PreparedCluster } from '../../clusters/prepared.js';
import type { ShownStep } from '../../steps/step.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { planChange } from '../change.js';
import { applyUp, type UpPlan } from '../manage.js';
import { readSubmit, type ServicePod, type SubmitStanding } from './observe-service.js';
import { submitService } from './service.js';
import { submitName } from './submit-service.js';

/** Undefined if it is up as requested. */
export function planService(
  cluster: PreparedCluster,
  seen: SubmitStanding | undefined,
  memoryMb: number,
): ShownStep | undefined {
  const nothing = { service: submitName, namespace: cluster.namespace, objects: [], pods: [] };
  const { steps } = planChange(cluster, submitService, { memoryMb }, seen?.standing ?? nothing);
  return steps.find(({ id }) => id === 'apply');
}

/** Ends drivers in an older pod; the caller has asked about them. */
export async function bringUp(session: NamespaceSession, plan: UpPlan): Promise<SubmitStanding & { pod: ServicePod }> {
  const seen = readSubmit(await applyUp(session, plan));
  if (seen?.pod !== undefined) return { ...seen, pod: seen.pod };
  throw new SparkDevError('JOB_FAILED', 'The submit service was removed while it started', {
    why: 'Another process deleted it.',
    fix: ['spark-dev submit up'],
  });
}
