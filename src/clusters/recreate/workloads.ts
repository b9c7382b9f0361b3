import type { Argv } from '../../ports/runner.js';
import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import type { KubeObject } from './objects.js';
import { hasEnded } from '../../kube/node-resources.js';

/** What keeps pods running, and how many of them before it was paused. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'ReplicaSet' | 'DaemonSet' | 'CronJob';
  readonly namespace: string;
  readonly name: string;
  /** Only of those that are scaled. */
  readonly replicas?: number;
}

/** Nobody makes it anew once it is ended. */
export interface UnmanagedPod {
  readonly kind: 'Job' | 'Pod';
  readonly namespace: string;
  readonly name: string;
}

const scaledKinds = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const;

/** No node carries it, so a DaemonSet that asks for it has no pods. */
const pauseSelector = 'spark-dev/paused';

/** Those at work; what rests already is left as it is. */
export function listWorkloads(objects: readonly KubeObject[], namespaces: readonly string[]): readonly Workload[] {
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

/** Jobs that are not done, and pods that stand alone: Spark's drivers above all. */
export function listUnmanagedPods(
  objects: readonly KubeObject[],
  namespaces: readonly string[],
): readonly UnmanagedPod[] {
  return objects.flatMap(({ kind, metadata, status }): readonly UnmanagedPod[] => {
    const { name, namespace = '' } = metadata;
    if (!namespaces.includes(namespace)) return [];
    const isAlone = (metadata.ownerReferences ?? []).length === 0;
    if (kind === 'Pod' && isAlone && !hasEnded({ status })) return [{ kind, namespace, name }];
    if (kind === 'Job' && typeof status?.['active'] === 'number' && status['active'] > 0) {
      return [{ kind, namespace, name }];
    }
    return [];
  });
}

/** Pods that may still write into a claim. */
export function listLivingPods(objects: readonly KubeObject[], namespaces: readonly string[]): readonly string[] {
  return objects
    .filter(({ kind, metadata, status }) => {
      return kind === 'Pod' && namespaces.includes(metadata.namespace ?? '') && !hasEnded({ status });
    })
    .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
}

export function pauseArgv(tool: KubectlTool, workload: Workload): Argv {
  return changeArgv(tool, workload, {
    replicas: 0,
    suspend: true,
    selector: JSON.stringify({ [pauseSelector]: 'true' }),
  });
}

export function wakeArgv(tool: KubectlTool, workload: Workload): Argv {
  const selector = JSON.stringify({ [pauseSelector]: null });
  return changeArgv(tool, workload, { replicas: workload.replicas ?? 1, suspend: false, selector });
}

export function endArgv(tool: KubectlTool, { kind, namespace, name }: UnmanagedPod): Argv {
  const object = `${kind.toLowerCase()}/${name}`;
  return kubectl(tool, namespace).delete(object, '--cascade=foreground', '--ignore-not-found', '--wait=false');
}

function changeArgv(
  tool: KubectlTool,
  { kind, namespace, name }: Workload,
  to: { readonly replicas: number; readonly suspend: boolean; readonly selector: string },
): Argv {
  const { argv } = kubectl(tool, namespace);
  const object = `${kind.toLowerCase()}/${name}`;
  if (kind === 'CronJob') {
    return argv('patch', object, '--type=merge', `--patch={"spec":{"suspend":${String(to.suspend)}}}`);
  }
  if (kind === 'DaemonSet') {
    const patch = `{"spec":{"template":{"spec":{"nodeSelector":${to.selector}}}}}`;
    return argv('patch', object, '--type=merge', `--patch=${patch}`);
  }
  return argv('scale', object, `--replicas=${String(to.replicas)}`);
}
