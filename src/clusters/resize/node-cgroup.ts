import type { Resources } from '../../kube/resources.js';
import type { Argv } from '../../ports/runner.js';

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
export function readCgroupArgv(container: string): Argv {
  const files = [v1, v2].flatMap((layout) => [
    `${layout.folder}/${layout.limit}`,
    ...[layout.folder, ...podFolders(layout)].flatMap((one) => [`${one}/${layout.used}`, `${one}/memory.stat`]),
  ]);
  return ['docker', 'exec', container, 'grep', '-sH', '', ...files, ...cpuFiles];
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
