import { kubectl, type KubectlTool } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import type { CaseObject } from './case.js';

/**
 * Waits until the claims are bound. If a pod is scheduled during the binding, the scheduler may forget it until it flushes
 * its queue of unschedulable pods, five minutes later (https://github.com/kubernetes/kubernetes/issues/87145).
 */
export function awaitClaimsArgv(cluster: KubectlTool, objects: readonly CaseObject[]): Argv | undefined {
  const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const [first] = claims;
  if (first === undefined) return undefined;
  const { namespace } = first['metadata'] as { readonly namespace: string };
  const names = claims.map(({ metadata }) => (metadata as { readonly name: string }).name);
  const bound = ['--for=jsonpath={.status.phase}=Bound', '--timeout=60s'];
  return kubectl(cluster, namespace).argv('wait', 'persistentvolumeclaim', ...names, ...bound);
}
