import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { profileName } from '../../kube/names.js';
import { observeProfile } from '../minikube/profile.js';
import { describeKubectl, type HostPrograms } from '../programs.js';
import { hasEnded, readPodRequest } from '../../kube/node-resources.js';
import { addResources, type Resources, parseCpuMilli, parseMemoryMb } from '../../kube/resources.js';
import { observeNodeContainer } from '../node-container.js';
import { answered, observeNodes } from '../observed-size.js';
import { refuseState, type ResizeInputs } from './plan.js';
import { requireOwnership } from '../own-cluster.js';
import type { Argv } from '../../ports/runner.js';
import { readProfileConfig } from '../minikube/profile-config.js';

const answerWithinMs = 20_000;

export interface ObservedResize extends ResizeInputs {
  readonly programs: HostPrograms;
  /** The kernel's figures inside the node, if it runs. */
  readonly cgroup: NodeCgroup | undefined;
}

/** Reads the size from every source; changes nothing. */
export async function observeResize(host: Host, signal: AbortSignal): Promise<ObservedResize> {
  const { daemon, programs, state } = await observeProfile(host, signal);
  if (daemon.kind !== 'answers') {
    throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, so the cluster cannot be resized', {
      fix: ['spark-dev doctor', 'spark-dev init --yes'],
    });
  }
  if (state === 'foreign') await requireOwnership(host, signal);
  refuseState(state);
  const { cpus, memoryMb } = daemon.facts;
  return observeResizeInState(host, { host: { cpus, memoryMb }, state, programs }, signal);
}

/** The same when the profile's state is known. */
export async function observeResizeInState(
  host: Host,
  known: Pick<ObservedResize, 'host' | 'state' | 'programs'>,
  signal: AbortSignal,
): Promise<ObservedResize> {
  const [configured, container] = await Promise.all([readProfileConfig(host), observeNodeContainer(host, signal)]);
  const nothing = { node: undefined, inUse: undefined, cgroup: undefined };
  const outside = { ...known, ...nothing, configured, limit: container?.limit };
  if (known.state !== 'running') return outside;
  const [cgroup, seen] = await Promise.all([observeCgroup(host, signal), observeNode(host, known.programs, signal)]);
  if (seen === undefined) return { ...outside, state: 'broken', cgroup };
  const inUse = { requests: seen.requests, usedMb: cgroup.usedMb, ownMb: cgroup.usedMb - cgroup.podsUsedMb };
  return { ...outside, node: seen.node, inUse, cgroup };
}

async function observeCgroup(host: Host, signal: AbortSignal): Promise<NodeCgroup> {
  const options = { accept: [1, 2], signal, timeoutMs: answerWithinMs };
  return parseCgroup((await host.runner.run(readCgroupArgv(), options)).stdout);
}

/** Undefined if Kubernetes does not answer. */
export async function observeNode(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
): Promise<{ readonly ready: boolean; readonly node: Resources; readonly requests: Resources } | undefined> {
  const seen = await answered(signal, observeNodes(host, describeKubectl(host, programs)));
  if (seen === undefined) return undefined;
  const status = seen.nodes[0]?.status;
  const held = seen.pods.filter((pod) => pod.spec?.nodeName !== undefined && !hasEnded(pod));
  return {
    ready: status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true,
    node: {
      cpuMilli: parseCpuMilli(status?.allocatable?.['cpu']),
      memoryMb: parseMemoryMb(status?.allocatable?.['memory']),
    },
    requests: addResources(...held.map(readPodRequest)),
  };
}

/** The node's limits and memory use, read from the kernel inside the node. */
export interface NodeCgroup {
  /** 0 means no limit. */
  readonly limit: Resources;
  /** Without the page cache, which the kernel can reclaim. */
  readonly usedMb: number;
  /** The part used by pods. */
  readonly podsUsedMb: number;
}

const mebi = 1024 ** 2;
const root = '/sys/fs/cgroup';
const v1 = { folder: `${root}/memory`, limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', of: 'total_' };
const v2: typeof v1 = { folder: root, limit: 'memory.max', used: 'memory.current', of: '' };
const cpuFiles = [`${root}/cpu/cpu.cfs_quota_us`, `${root}/cpu/cpu.cfs_period_us`, `${root}/cpu.max`] as const;

function podFolders({ folder }: typeof v1): readonly string[] {
  return [`${folder}/kubepods`, `${folder}/kubepods.slice`];
}

/** Prefixes every line with its file name. Reads both cgroup versions; grep exits with 2 for missing files. */
function readCgroupArgv(): Argv {
  const files = [v1, v2].flatMap((layout) => [
    `${layout.folder}/${layout.limit}`,
    ...[layout.folder, ...podFolders(layout)].flatMap((one) => [`${one}/${layout.used}`, `${one}/memory.stat`]),
  ]);
  return ['docker', 'exec', profileName, 'grep', '-sH', '', ...files, ...cpuFiles];
}

export function parseCgroup(stdout: string): NodeCgroup {
  const lines = stdout.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1)]);
  const linesOf = (file: string): readonly string[] =>
    lines.flatMap(([name, line = '']) => (name === file ? [line] : []));
  const has = ({ folder, limit }: typeof v1): boolean => linesOf(`${folder}/${limit}`).length > 0;
  const layout = has(v1) ? v1 : v2;
  const usedMb = (folder: string): number => {
    const stat = new Map(linesOf(`${folder}/memory.stat`).map((line) => line.split(' ') as [string, string]));
    const cached = ['inactive_file', 'active_file'].map((name) => Number(stat.get(`${layout.of}${name}`) ?? 0));
    const [used = 0] = linesOf(`${folder}/${layout.used}`);
    return Math.max(0, Math.ceil((Number(used) - cached.reduce((sum, bytes) => sum + bytes)) / mebi));
  };
  const [quota, period, both] = cpuFiles.map((file) => linesOf(file)[0]);
  return {
    limit: {
      cpuMilli: readCpuMilli(both?.split(' ') ?? [quota, period]),
      memoryMb: readLimitMb(linesOf(`${layout.folder}/${layout.limit}`)[0]),
    },
    usedMb: usedMb(layout.folder),
    podsUsedMb: Math.max(...podFolders(layout).map(usedMb)),
  };
}

/** Without a limit, cgroup v1 reports the largest page-aligned number. */
function readLimitMb(text = 'max'): number {
  const bytes = Number(text);
  return Number.isFinite(bytes) && bytes < 2 ** 62 ? Math.floor(bytes / mebi) : 0;
}

/** Microseconds of quota in each period; `max` or -1 means no limit. */
function readCpuMilli([quota, period]: readonly (string | undefined)[]): number {
  const milli = (Number(quota) / Number(period)) * 1000;
  return Number.isFinite(milli) && milli > 0 ? Math.round(milli) : 0;
}
