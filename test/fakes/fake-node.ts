import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { V1Node } from '@kubernetes/client-node';
import { resizeProfileConfig, profileFile } from '../../src/clusters/minikube/profile-config.js';
import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import type { Kube, ListedObject } from '../../src/ports/kube.js';
import type { FakeHost } from './fake-host.js';
import { createFakeCluster } from './fake-kube.js';
import type { FakeObjects } from './fake-objects.js';
import type { Scripted } from './fake-runner.js';
import { recorded } from './recorded.js';

interface Size {
  readonly cpus: number;
  readonly memoryMb: number;
}

/** The node of the docker driver: a container with a limit, and in it a kubelet that has read its flags when it started. */
export interface FakeNode {
  /** As `docker update` left it. */
  limit: Size;
  /** In kubelet's unit. */
  unit: string;
  /** In the kubelet that runs. */
  kubelet: string;
  /** Units that systemd has read again since they changed. */
  isReloaded: boolean;
  /** Memory in use by pods, and by everything. */
  podsUsedMb: number;
  usedMb: number;
  hasContainer: boolean;
}

const machine: Size = { cpus: 4, memoryMb: 16_384 };
/** As the recorded profile has it, on the machine that the fake docker tells of. */
const made = { cpus: 2, memoryMb: 6144, reserved: 'cpu=2,memory=10240Mi' };

export function createFakeNode(hasContainer: boolean): FakeNode {
  const { cpus, memoryMb, reserved } = made;
  return {
    limit: { cpus, memoryMb },
    unit: reserved,
    kubelet: reserved,
    isReloaded: true,
    podsUsedMb: 700,
    usedMb: 1100,
    hasContainer,
  };
}

/** What minikube leaves of a start: a profile of the size that the flags say, unless there is one already. */
export function startNode(host: FakeHost, node: FakeNode, argv: readonly string[] = []): void {
  const flag = (name: string): string | undefined =>
    argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  if (!existsSync(profileFile(host))) {
    const size = {
      cpus: Number(flag('cpus') ?? made.cpus),
      memoryMb: Number.parseInt(flag('memory') ?? String(made.memoryMb)),
      reserved:
        flag('cpus') === undefined
          ? made.reserved
          : (flag('extra-config')?.replace('kubelet.system-reserved=', '') ?? ''),
    };
    mkdirSync(dirname(profileFile(host)), { recursive: true });
    writeFileSync(profileFile(host), resizeProfileConfig(JSON.stringify(recordedConfig()), size), { mode: 0o600 });
  }
  const { cpus, memoryMb, reserved } = configured(host);
  if (!node.hasContainer) node.limit = { cpus, memoryMb };
  Object.assign(node, { hasContainer: true, unit: reserved, kubelet: reserved, isReloaded: true });
}

export function deleteNode(host: FakeHost, node: FakeNode): void {
  rmSync(dirname(profileFile(host)), { recursive: true, force: true });
  node.hasContainer = false;
}

export function nodePrograms(host: FakeHost, node: FakeNode): Scripted[] {
  const inside = ['docker', 'exec', 'spark-dev'];
  return [
    {
      argv: ['docker', 'update', '--cpus'],
      does: (argv) => {
        node.limit = { cpus: Number(argv[3]), memoryMb: Number.parseInt(argv[5] ?? '') };
      },
    },
    {
      argv: [...inside, 'sed', '-i'],
      does: (argv) => {
        node.unit = /--system-reserved=([^ /]*)\/$/.exec(argv[5] ?? '')?.[1] ?? '';
        node.isReloaded = false;
      },
    },
    { argv: [...inside, 'systemctl', 'daemon-reload'], does: () => void (node.isReloaded = true) },
    {
      argv: [...inside, 'systemctl', 'restart', 'kubelet'],
      does: () => {
        if (node.isReloaded) node.kubelet = node.unit;
      },
    },
    {
      argv: [...inside, 'grep'],
      exitCode: 2,
      get stdout() {
        return describeCgroup(node);
      },
    },
  ];
}

/** What `docker container inspect` tells of its limit. */
export function describeLimit({ limit }: FakeNode): string {
  const Memory = limit.memoryMb * 1024 ** 2;
  return JSON.stringify({ NanoCpus: limit.cpus * 1e9, CpuQuota: 0, CpuPeriod: 0, Memory, MemorySwap: Memory });
}

/** As the real one was recorded, in this node's size. */
export function describeNode(node: FakeNode): V1Node {
  const list = JSON.parse(recorded('kubectl/get-nodes').stdout) as { items: [V1Node] };
  const [real] = list.items;
  const held = (name: string): number => Number.parseInt(new RegExp(`${name}=(\\d+)`).exec(node.kubelet)?.[1] ?? '0');
  const size = (cpus: number, memoryMb: number): Record<string, string> => ({
    cpu: String(cpus),
    memory: `${String(memoryMb * 1024)}Ki`,
  });
  return {
    ...real,
    status: {
      ...real.status,
      capacity: size(machine.cpus, machine.memoryMb),
      allocatable: size(machine.cpus - held('cpu'), machine.memoryMb - held('memory')),
    },
  };
}

/** What there is of init's own objects, in the job's namespace. */
export function listInside(
  resource: string,
  { objects, record }: { readonly objects: boolean; readonly record: Readonly<Record<string, string>> | undefined },
): readonly ListedObject[] {
  const [, plural] = /\/namespaces\/spark\/(\w+)$/.exec(resource) ?? [];
  const list = JSON.parse(recorded('kubectl/get-objects').stdout) as { items: (ListedObject & { kind: string })[] };
  return list.items
    .filter(({ kind }) => `${kind.toLowerCase()}s` === plural)
    .flatMap((item) => {
      if (item.kind === 'ConfigMap') return record === undefined ? [] : [{ ...item, data: record }];
      return objects ? [item] : [];
    });
}

export function connectNode(
  node: FakeNode,
  state: Parameters<typeof listInside>[1] & { readonly isUp: boolean },
  others?: Pick<FakeObjects, 'list'>,
): Promise<Kube> {
  if (!state.isUp)
    return Promise.reject(new SparkDevError('CLUSTER_UNREACHABLE', 'connect ECONNREFUSED 192.168.49.2:8443'));
  const list = (resource: string): readonly ListedObject[] => [
    ...listInside(resource, state),
    ...(others?.list(resource) ?? []),
  ];
  return Promise.resolve(createFakeCluster({ nodes: [describeNode(node)], list }).kube);
}

/** A profile as minikube made one. */
export function recordedConfig(): object {
  const list = JSON.parse(recorded('minikube/profile-list').stdout) as { valid: [{ Config: object }] };
  return list.valid[0].Config;
}

function configured(host: FakeHost): Size & { readonly reserved: string } {
  const config = JSON.parse(readFileSync(profileFile(host), 'utf8')) as {
    CPUs: number;
    Memory: number;
    KubernetesConfig: { ExtraOptions: { Value: string }[] };
  };
  return {
    cpus: config.CPUs,
    memoryMb: config.Memory,
    reserved: config.KubernetesConfig.ExtraOptions[0]?.Value ?? '',
  };
}

/** cgroup v1, as on the machine that the other fixtures were recorded on. */
function describeCgroup({ limit, usedMb, podsUsedMb }: FakeNode): string {
  const bytes = (memoryMb: number): string => String(memoryMb * 1024 ** 2);
  const memory = '/sys/fs/cgroup/memory';
  const cpu = '/sys/fs/cgroup/cpu/cpu.cfs';
  return [
    `${memory}/memory.limit_in_bytes:${bytes(limit.memoryMb)}`,
    `${memory}/memory.usage_in_bytes:${bytes(usedMb)}`,
    `${memory}/memory.stat:total_inactive_file 0`,
    `${memory}/kubepods/memory.usage_in_bytes:${bytes(podsUsedMb)}`,
    `${memory}/kubepods/memory.stat:total_inactive_file 0`,
    `${cpu}_quota_us:${String(limit.cpus * 100_000)}`,
    `${cpu}_period_us:100000`,
  ].join('\n');
}
