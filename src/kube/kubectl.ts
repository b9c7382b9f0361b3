import { z } from 'zod';
import type { Argv } from '../ports/runner.js';
import { jobNamespace, jobServiceAccount, preparedConfigMap } from './names.js';

/** Every call names kubeconfig and context, so that none can reach another cluster. */
export interface KubectlTool {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly context: string;
}

/** What init writes into the job's namespace, as kubectl names them. */
const wantedObjects = [
  `serviceaccount/${jobServiceAccount}`,
  `role/${jobServiceAccount}`,
  `rolebinding/${jobServiceAccount}`,
  'persistentvolumeclaim/spark-events',
] as const;

export function pinnedKubectl({ kubectl, kubeconfig, context }: KubectlTool): readonly string[] {
  return [kubectl, `--kubeconfig=${kubeconfig}`, `--context=${context}`];
}

export function getObjectsArgv(tool: KubectlTool, timeoutMs: number): Argv {
  return [
    ...pinnedKubectl(tool),
    `--request-timeout=${String(timeoutMs)}ms`,
    `--namespace=${jobNamespace}`,
    'get',
    ...wantedObjects,
    `configmap/${preparedConfigMap}`,
    '--ignore-not-found',
    '--output=json',
  ];
}

export function getClusterStateArgv(tool: KubectlTool, timeoutMs: number): Argv {
  return [
    ...pinnedKubectl(tool),
    `--namespace=${jobNamespace}`,
    'get',
    'configmap',
    preparedConfigMap,
    '--output=json',
    `--request-timeout=${String(timeoutMs)}ms`,
  ];
}

export function getNodesArgv(tool: KubectlTool, timeoutMs: number): Argv {
  return [...pinnedKubectl(tool), `--request-timeout=${String(timeoutMs)}ms`, 'get', 'nodes', '--output=json'];
}

export function applyRightsArgv(tool: KubectlTool, folder: string): Argv {
  return [...pinnedKubectl(tool), 'apply', `--kustomize=${folder}`];
}

/** Server-side: what is applied comes on stdin. */
export function applyInputArgv(tool: KubectlTool): Argv {
  return [
    ...pinnedKubectl(tool),
    'apply',
    '--server-side',
    '--force-conflicts',
    '--field-manager=spark-dev',
    '--filename=-',
  ];
}

/** Refuses what is there already; what is created comes on stdin, or from a file. */
export function createArgv(tool: KubectlTool, file = '-'): Argv {
  return [...pinnedKubectl(tool), 'create', `--filename=${file}`, '--output=name'];
}

/** For a cluster into whose node one does not get: a job begun before CoreDNS answers does not find the API server. */
export function awaitDnsArgv(tool: KubectlTool): Argv {
  const wait = ['wait', 'pods', '--selector=k8s-app=kube-dns', '--for=condition=Ready', '--timeout=120s'];
  return [...pinnedKubectl(tool), '--namespace=kube-system', ...wait];
}

/** The ConfigMap in which init notes, at its end, what it prepared. */
export function clusterStateObject(data: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: preparedConfigMap,
      namespace: jobNamespace,
      labels: { 'app.kubernetes.io/managed-by': 'spark-dev' },
    },
    data,
  };
}

const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  data: z.record(z.string(), z.string()).optional(),
});

export interface InsideObjects {
  readonly missing: readonly string[];
  /** Of the ConfigMap that init writes last. */
  readonly record: Readonly<Record<string, string>> | undefined;
}

/** kubectl prints nothing for none, the object itself for one, and a list for more. */
export function parseObjects(stdout: string): InsideObjects {
  const read: unknown = stdout.trim() === '' ? { items: [] } : JSON.parse(stdout);
  const items = z.object({ items: z.array(objectSchema) }).safeParse(read);
  const objects = items.success ? items.data.items : [objectSchema.parse(read)];
  const found = new Set(objects.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`));
  const record = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === preparedConfigMap);
  return { missing: wantedObjects.filter((name) => !found.has(name)), record: record?.data };
}

const nodeSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        allocatable: z.record(z.string(), z.string()),
        nodeInfo: z.object({ kubeletVersion: z.string(), containerRuntimeVersion: z.string().default('') }),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })),
      }),
    }),
  ),
});

export interface NodeFigures {
  readonly name: string;
  readonly ready: boolean;
  readonly kubernetesVersion: string;
  /** `docker://28.5.1`, `containerd://2.1.4`. */
  readonly runtime: string;
  /** As Kubernetes writes quantities. */
  readonly allocatableCpu: string;
  readonly allocatableMemory: string;
}

export function parseNodes(stdout: string): readonly NodeFigures[] {
  return nodeSchema.parse(JSON.parse(stdout)).items.map(({ metadata, status }) => ({
    name: metadata.name,
    ready: status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    kubernetesVersion: status.nodeInfo.kubeletVersion,
    runtime: status.nodeInfo.containerRuntimeVersion,
    allocatableCpu: status.allocatable['cpu'] ?? '0',
    allocatableMemory: status.allocatable['memory'] ?? '0',
  }));
}
