import { readFileSync } from 'node:fs';
import { kubectl, type ClusterTools } from './cluster-tools.js';
import { parseMemoryMb } from '../../src/kube/resources.js';
import { profileFile } from '../../src/clusters/minikube/profile-config.js';

/** Everyone who knows how much memory the cluster has, in MiB. */
export interface MemoryByPlace {
  readonly docker: number;
  /** The limit of the control group, read inside. */
  readonly kernel: number;
  readonly profile: number;
  readonly node: number;
}

export async function readMemory(tools: ClusterTools): Promise<MemoryByPlace> {
  const { host } = tools;
  const ask = async (...argv: string[]): Promise<string> => (await host.runner.run(argv, { accept: [1] })).stdout;
  const limits = ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'];
  const [docker, kernel, node] = await Promise.all([
    ask('docker', 'inspect', '--format', '{{.HostConfig.Memory}}', 'spark-dev'),
    ask('docker', 'exec', 'spark-dev', 'cat', ...limits),
    kubectl(tools, ['get', 'node', 'spark-dev', '-o', 'jsonpath={.status.allocatable.memory}']),
  ]);
  const { Memory } = JSON.parse(readFileSync(profileFile(host), 'utf8')) as { Memory: number };
  const mebi = (bytes: string): number => Number(bytes) / 1024 ** 2;
  return { docker: mebi(docker), kernel: mebi(kernel), profile: Memory, node: parseMemoryMb(node) };
}

export function everywhere(memoryMb: number): MemoryByPlace {
  return { docker: memoryMb, kernel: memoryMb, profile: memoryMb, node: memoryMb };
}

/** A pod that asks for that much memory and does nothing with it. */
export async function askForMemory(tools: ClusterTools, name: string, memoryMb: number): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: tools.cluster.sparkImage,
          imagePullPolicy: 'Never',
          command: ['sleep', '600'],
          resources: { requests: { memory: `${String(memoryMb)}Mi`, cpu: '10m' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
  await kubectl(tools, ['apply', '-f', '-'], JSON.stringify(pod));
}

/** `Running`, or why the scheduler has no place for it. */
export async function describePod(tools: ClusterTools, name: string): Promise<string> {
  const path = '{.status.phase} {.status.conditions[?(@.type=="PodScheduled")].message}';
  return (await kubectl(tools, ['get', 'pod', name, '-o', `jsonpath=${path}`])).trim();
}
