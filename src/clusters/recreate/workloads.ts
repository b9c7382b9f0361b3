import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import { type RawObject, nameOf } from './objects.js';
import type { Workload, UnmanagedPod } from './record.js';
import { hasEnded } from '../../kube/node-resources.js';
import type { Argv } from '../../ports/runner.js';

const scaledKinds = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const;

/** No node has this label, so a DaemonSet that selects it has no pods. */
const pauseSelector = 'spark-dev/paused';

/** Only active ones; what is already paused or scaled to zero stays so. */
export function listWorkloads(objects: readonly RawObject[], namespaces: readonly string[]): readonly Workload[] {
  return objects.flatMap(({ kind, metadata, spec }): readonly Workload[] => {
    const { name, namespace = '' } = metadata;
    if (!namespaces.includes(namespace) || (metadata.ownerReferences ?? []).length > 0) return [];
    const scaled = scaledKinds.find((one) => one === kind);
    if (scaled !== undefined) {
      const replicas = typeof spec?.['replicas'] === 'number' ? spec['replicas'] : 1;
      return replicas === 0 ? [] : [{ kind: scaled, namespace, name, replicas }];
    }
    if (kind === 'CronJob') return spec?.['suspend'] === true ? [] : [{ kind, namespace, name }];
    return kind === 'DaemonSet' ? [{ kind, namespace, name }] : [];
  });
}

/** Unfinished Jobs, and pods without a controller, above all Spark drivers. */
export function listUnmanagedPods(
  objects: readonly RawObject[],
  namespaces: readonly string[],
): readonly UnmanagedPod[] {
  return objects.flatMap((object): readonly UnmanagedPod[] => {
    const { kind, metadata, status } = object;
    const { name, namespace = '' } = metadata;
    if (!namespaces.includes(namespace)) return [];
    const isAlone = (metadata.ownerReferences ?? []).length === 0;
    if (kind === 'Pod' && isAlone && !hasEnded({ status })) return [{ kind, namespace, name }];
    const active = kind === 'Job' && typeof status?.['active'] === 'number' ? status['active'] : 0;
    return active > 0 ? [{ kind: 'Job', namespace, name }] : [];
  });
}

/** Pods that may still write to a claim. */
export function listLivingPods(objects: readonly RawObject[], namespaces: readonly string[]): readonly string[] {
  return objects.flatMap(({ kind, metadata: { name, namespace = '' }, status }) =>
    kind === 'Pod' && namespaces.includes(namespace) && !hasEnded({ status }) ? [nameOf({ namespace, name })] : [],
  );
}

export function pauseArgv(tool: KubectlTool, workload: Workload): Argv {
  return changeArgv(tool, { ...workload, replicas: 0 }, true);
}

export function wakeArgv(tool: KubectlTool, workload: Workload): Argv {
  return changeArgv(tool, workload, false);
}

export function endArgv(tool: KubectlTool, { kind, namespace, name }: UnmanagedPod): Argv {
  const how = ['--cascade=foreground', '--ignore-not-found', '--wait=false'];
  return kubectl(tool, namespace).delete(`${kind.toLowerCase()}/${name}`, ...how);
}

function changeArgv(tool: KubectlTool, { kind, namespace, name, replicas = 1 }: Workload, isPaused: boolean): Argv {
  const argv = (verb: string, ...how: readonly string[]): Argv =>
    kubectl(tool, namespace).argv(verb, `${kind.toLowerCase()}/${name}`, ...how);
  const patch = (spec: unknown): Argv => argv('patch', '--type=merge', `--patch=${JSON.stringify({ spec })}`);
  if (kind === 'CronJob') return patch({ suspend: isPaused });
  if (kind === 'DaemonSet')
    return patch({ template: { spec: { nodeSelector: { [pauseSelector]: isPaused ? 'true' : null } } } });
  return argv('scale', `--replicas=${String(replicas)}`);
}
