import { kubectl, type KubectlTool } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import type { KubeObject } from './case.js';

/**
 * For the claims among the objects to be bound. A pod that the scheduler meets in the moment of the binding may be forgotten
 * until the queue of the unschedulable is flushed, five minutes later (https://github.com/kubernetes/kubernetes/issues/87145).
 */
export function awaitClaimsArgv(cluster: KubectlTool, objects: readonly KubeObject[]): Argv | undefined {
  const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const [first] = claims;
  if (first === undefined) return undefined;
  const { namespace } = first['metadata'] as { readonly namespace: string };
  const names = claims.map(({ metadata }) => (metadata as { readonly name: string }).name);
  const bound = ['--for=jsonpath={.status.phase}=Bound', '--timeout=60s'];
  return kubectl(cluster, namespace).argv('wait', 'persistentvolumeclaim', ...names, ...bound);
}
