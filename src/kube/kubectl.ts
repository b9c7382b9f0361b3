import { z } from 'zod';
import type { Host } from '../ports/host.js';
import type { Kube } from '../ports/kube.js';
import type { Argv, RunOptions, RunResult } from '../ports/runner.js';
import { eventsClaim, jobNamespace, jobServiceAccount, preparedConfigMap } from './names.js';
import type { ChildEnv } from '../toolchain/tool-env.js';
import { ownLabels } from './labels.js';

/** Every call names kubeconfig and context, so that none can reach another cluster. */
export interface KubectlTool {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly context: string;
}

export interface KubectlSession {
  readonly host: Pick<Host, 'runner'>;
  readonly cluster: KubectlTool & { readonly childEnv: ChildEnv };
  readonly signal?: AbortSignal | undefined;
}

const answerWithinMs = 15_000;

/** The command lines for one cluster, as a dry run prints them. */
export function kubectl({ kubectl: program, kubeconfig, context }: KubectlTool, namespace?: string) {
  const where = namespace === undefined ? [] : [`--namespace=${namespace}`];
  const pinned = [program, `--kubeconfig=${kubeconfig}`, `--context=${context}`, ...where];
  const argv = (...words: readonly string[]): Argv => [...pinned, ...words];
  return {
    argv,
    get: (...words: readonly string[]) => argv('get', ...words),
    delete: (...words: readonly string[]) => argv('delete', ...words),
  };
}

/** Times out after 15 seconds unless the options say otherwise. */
export function runKubectl(
  { host, cluster, signal }: KubectlSession,
  argv: Argv,
  options: Omit<RunOptions, 'env' | 'signal'> = {},
): Promise<RunResult> {
  return host.runner.run(argv, { env: cluster.childEnv, signal, timeoutMs: answerWithinMs, ...options });
}

export async function askKubectl(...call: Parameters<typeof runKubectl>): Promise<string> {
  return (await runKubectl(...call)).stdout;
}

/** On stdin, because secrets may be among them. */
export function applyObjects(
  session: KubectlSession,
  objects: object | readonly object[],
  timeoutMs = 30_000,
): Promise<RunResult> {
  return runKubectl(session, applyInputArgv(session.cluster), { input: listInput(objects), timeoutMs });
}

/** One object, or several as the list that kubectl reads. */
export function listInput(objects: object | readonly object[]): string {
  return JSON.stringify(Array.isArray(objects) ? { apiVersion: 'v1', kind: 'List', items: objects } : objects);
}

export function requestTimeout(timeoutMs: number): string {
  return `--request-timeout=${String(timeoutMs)}ms`;
}

export function getClusterStateArgv(tool: KubectlTool, timeoutMs: number): Argv {
  const what = ['configmap', preparedConfigMap, '--output=json'];
  return kubectl(tool, jobNamespace).get(...what, requestTimeout(timeoutMs));
}

export function getNodesArgv(tool: KubectlTool, timeoutMs: number): Argv {
  return kubectl(tool).argv(requestTimeout(timeoutMs), 'get', 'nodes', '--output=json');
}

export function applyRightsArgv(tool: KubectlTool, folder: string): Argv {
  return kubectl(tool).argv('apply', `--kustomize=${folder}`);
}

/** Server-side; the objects come on stdin. */
export function applyInputArgv(tool: KubectlTool): Argv {
  const how = ['--server-side', '--force-conflicts', '--field-manager=spark-dev', '--filename=-'];
  return kubectl(tool).argv('apply', ...how);
}

/** Refuses existing objects; new ones come on stdin, or from a file. */
export function createArgv(tool: KubectlTool, file = '-'): Argv {
  return kubectl(tool).argv('create', `--filename=${file}`, '--output=name');
}

/** For a cluster whose node is not accessible: a job that starts before CoreDNS answers cannot find the API server. */
export function awaitDnsArgv(tool: KubectlTool): Argv {
  const wait = ['--selector=k8s-app=kube-dns', '--for=condition=Ready', '--timeout=120s'];
  return kubectl(tool, 'kube-system').argv('wait', 'pods', ...wait);
}

/** The ConfigMap in which init records, at its end, what it prepared. */
export function clusterStateObject(data: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: preparedConfigMap, namespace: jobNamespace, labels: ownLabels() },
    data,
  };
}

export interface InsideObjects {
  readonly missing: readonly string[];
  /** The ConfigMap that init writes last. */
  readonly record: Readonly<Record<string, string>> | undefined;
}

const here = `namespaces/${jobNamespace}`;
const rights = `apis/rbac.authorization.k8s.io/v1/${here}`;

/** What init writes into the job's namespace, by kubectl's name, and the resource that lists it. */
const wantedObjects = {
  [`serviceaccount/${jobServiceAccount}`]: `api/v1/${here}/serviceaccounts`,
  [`role/${jobServiceAccount}`]: `${rights}/roles`,
  [`rolebinding/${jobServiceAccount}`]: `${rights}/rolebindings`,
  [`persistentvolumeclaim/${eventsClaim}`]: `api/v1/${here}/persistentvolumeclaims`,
};

export async function readInside(kube: Pick<Kube, 'listObjects'>): Promise<InsideObjects> {
  const resources = [`api/v1/${here}/configmaps`, ...Object.values(wantedObjects)];
  const [configMaps = [], ...lists] = await kube.listObjects(resources);
  const isMissing = (wanted: string, index: number): boolean =>
    !(lists[index] ?? []).some(({ metadata }) => wanted.endsWith(`/${metadata?.name ?? ''}`));
  return {
    missing: Object.keys(wantedObjects).filter(isMissing),
    record: configMaps.find(({ metadata }) => metadata?.name === preparedConfigMap)?.data,
  };
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
  readonly allocatableCpu: string;
  readonly allocatableMemory: string;
}

export function parseNodes(stdout: string): readonly NodeFigures[] {
  return readNodes(JSON.parse(stdout));
}

/** Of a list of nodes, as Kubernetes answers it. */
export function readNodes(list: unknown): readonly NodeFigures[] {
  return nodeSchema.parse(list).items.map(({ metadata, status }) => ({
    name: metadata.name,
    ready: status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    kubernetesVersion: status.nodeInfo.kubeletVersion,
    runtime: status.nodeInfo.containerRuntimeVersion,
    allocatableCpu: status.allocatable['cpu'] ?? '0',
    allocatableMemory: status.allocatable['memory'] ?? '0',
  }));
}
