import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Check } from '../check.js';

/** Needed for unpacked Spark with its download and a run; and for a cluster's Go caches, tools, images and node. */
const neededGb = { embedded: 3, cluster: 20 };

export const disk: Check = {
  id: 'disk',
  group: 'Machine',
  title: 'Free disk space',
  async run(host) {
    const { cache } = host.directories;
    const { bavail, bsize } = await statfsOfNearest(cache);
    const freeGb = (bavail * bsize) / 1e9;
    const detail = `${freeGb.toFixed(1)} GB free at ${cache}`;
    const fix = ['docker system df', `du -sh ${cache}`];
    if (freeGb < neededGb.embedded)
      return { status: 'fail', detail: `${detail}; a run needs ${String(neededGb.embedded)} GB`, fix };
    if (freeGb < neededGb.cluster)
      return { status: 'warn', detail: `${detail}; a new cluster needs ${String(neededGb.cluster)} GB`, fix };
    return { status: 'ok', detail };
  },
};

/** The folder may not exist yet. */
async function statfsOfNearest(path: string): Promise<StatsFs> {
  try {
    return await statfs(path);
  } catch (error) {
    if (dirname(path) === path) throw error;
    return statfsOfNearest(dirname(path));
  }
}
