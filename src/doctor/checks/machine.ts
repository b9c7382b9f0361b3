import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import { ok, type Check } from '../check.js';
import { driverUiPort } from '../../kube/port-forward/pod-forward.js';

const node: Check = {
  id: 'node',
  group: 'Machine',
  title: 'Node',
  run() {
    const { node: version } = process.versions;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > 20 || (major === 20 && minor >= 19)) return Promise.resolve(ok(version));
    const fix = ['npx -y node@22 $(which spark-dev) doctor', 'https://nodejs.org'];
    return Promise.resolve({ status: 'fail', detail: `${version} is older than 20.19`, fix });
  },
};

/** Needed for unpacked Spark with its download and a run; and for a cluster's Go caches, tools, images and node. */
const neededGb = { embedded: 3, cluster: 20 };

const disk: Check = {
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
    return ok(detail);
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

const port: Check = {
  id: 'port',
  group: 'Machine',
  title: 'Spark UI port',
  async run() {
    const { port: free, note } = await chooseLocalPort(driverUiPort, undefined);
    return note === undefined
      ? ok(`${String(free)} is free`)
      : { status: 'warn', detail: note, fix: [`spark-dev run sparkpi --ui-port ${String(free)}`] };
  },
};

export const machineChecks = [node, disk, port];
