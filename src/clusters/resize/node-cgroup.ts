import type { Argv } from '../../ports/runner.js';
import type { Resources } from '../../kube/resources.js';

/** The node's limits and memory use, read from the kernel inside the node. */
export interface NodeCgroup {
  /** 0 means no limit. */
  readonly limit: Resources;
  /** Without the page cache, which the kernel can reclaim. */
  readonly usedMb: number;
  /** The part used by pods. */
  readonly podsUsedMb: number;
}

interface Layout {
  readonly limit: string;
  readonly used: string;
  readonly pods: readonly string[];
  readonly reclaimable: readonly string[];
}

const mebi = 1024 ** 2;
const root = '/sys/fs/cgroup';
const v1: Layout = {
  limit: `${root}/memory/memory.limit_in_bytes`,
  used: 'memory.usage_in_bytes',
  pods: [`${root}/memory/kubepods`, `${root}/memory/kubepods.slice`],
  reclaimable: ['total_inactive_file', 'total_active_file'],
};
const v2: Layout = {
  limit: `${root}/memory.max`,
  used: 'memory.current',
  pods: [`${root}/kubepods`, `${root}/kubepods.slice`],
  reclaimable: ['inactive_file', 'active_file'],
};
const quotaV1 = `${root}/cpu/cpu.cfs_quota_us`;
const periodV1 = `${root}/cpu/cpu.cfs_period_us`;
const quotaV2 = `${root}/cpu.max`;

/** Prefixes every line with its file name. Reads both cgroup versions; grep exits with 2 for missing files. */
export function readCgroupArgv(container: string): Argv {
  const files = [v1, v2].flatMap((layout) =>
    [folderOf(layout.limit), ...layout.pods].flatMap((folder) => [
      ...(folder === folderOf(layout.limit) ? [layout.limit] : []),
      `${folder}/${layout.used}`,
      `${folder}/memory.stat`,
    ]),
  );
  return ['docker', 'exec', container, 'grep', '-sH', '', ...files, quotaV1, periodV1, quotaV2];
}

export function parseCgroup(stdout: string): NodeCgroup {
  const files = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const end = line.indexOf(':');
    if (end > 0) files.set(line.slice(0, end), [...(files.get(line.slice(0, end)) ?? []), line.slice(end + 1)]);
  }
  const layout = files.has(v1.limit) ? v1 : v2;
  const used = (folder: string): number => readUsedMb(files, layout, folder);
  return {
    limit: { cpuMilli: readCpuMilli(files), memoryMb: readLimitMb(files.get(layout.limit)?.[0]) },
    usedMb: used(folderOf(layout.limit)),
    podsUsedMb: Math.max(...layout.pods.map(used)),
  };
}

/** Without a limit, cgroup v1 reports the largest page-aligned number. */
function readLimitMb(text = 'max'): number {
  const bytes = Number(text);
  return Number.isFinite(bytes) && bytes < 2 ** 62 ? Math.floor(bytes / mebi) : 0;
}

function readCpuMilli(files: ReadonlyMap<string, readonly string[]>): number {
  const [quota, period] = files.get(quotaV2)?.[0]?.split(' ') ?? [files.get(quotaV1)?.[0], files.get(periodV1)?.[0]];
  const milli = (Number(quota) / Number(period)) * 1000;
  return Number.isFinite(milli) && milli > 0 ? Math.round(milli) : 0;
}

function readUsedMb(files: ReadonlyMap<string, readonly string[]>, layout: Layout, folder: string): number {
  const stat = new Map((files.get(`${folder}/memory.stat`) ?? []).map((line) => line.split(' ') as [string, string]));
  const cached = layout.reclaimable.reduce((sum, name) => sum + Number(stat.get(name) ?? 0), 0);
  return Math.max(0, Math.ceil((Number(files.get(`${folder}/${layout.used}`)?.[0] ?? 0) - cached) / mebi));
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}
