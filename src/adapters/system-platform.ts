import { availableParallelism, homedir, hostname, networkInterfaces, totalmem } from 'node:os';
import { basename, delimiter, dirname, join, resolve, sep } from 'node:path';
import envPaths from 'env-paths';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { packageRoot } from '../package.js';
import type { Directories, Platform, Clock } from '../ports/host.js';
import { findRealPath } from '../files/paths.js';
import { setTimeout as sleep } from 'node:timers/promises';

type Env = Readonly<Record<string, string | undefined>>;

export function readPlatform(): Platform {
  const arches: Partial<Record<NodeJS.Architecture, 'amd64' | 'arm64'>> = { x64: 'amd64', arm64: 'arm64' };
  return {
    os: process.platform,
    arch: arches[process.arch] ?? 'unsupported',
    cpus: availableParallelism(),
    memoryMb: Math.floor(totalmem() / 1024 / 1024),
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    hostName: hostname(),
    interfaces: Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.flatMap(({ cidr }) => (cidr === null ? [] : [{ name, cidr }])),
    ),
  };
}

export function readDirectories(env: Env): Directories {
  const xdg = envPaths('spark-dev', { suffix: '' });
  const home = env['SPARK_DEV_HOME'] ?? '';
  const own = home === '' ? undefined : resolve(home);
  if (own !== undefined) refuseProcfs(own);
  return {
    data: ownFolder(own === undefined ? xdg.data : join(own, 'data')),
    cache: ownFolder(own === undefined ? xdg.cache : join(own, 'cache')),
    state: ownFolder(own === undefined ? xdg.log : join(own, 'state')),
    config: own === undefined ? xdg.config : join(own, 'config'),
    userHome: env['HOME'] ?? homedir(),
    working: process.cwd(),
    system: '/',
    package: packageRoot,
  };
}

/**
 * One home has one path, however it is spelled: the lock, runs and processes are found by these paths. The last component is not
 * resolved, because one of our folders that is a link proves less than a real one.
 */
function ownFolder(named: string): string {
  const folder = join(findRealPath(dirname(named)), basename(named));
  const found = unusable.exec(folder)?.[0];
  if (found === undefined) return folder;
  throw new SparkDevError('USAGE', `spark-dev cannot keep its files in ${JSON.stringify(folder)}`, {
    why: `Java or Spark would misread the ${JSON.stringify(found)} in this path.`,
    fix: ['SPARK_DEV_HOME=/another/folder spark-dev …'],
  });
}

/** Class paths and Hadoop's patterns cannot express these characters. */
const unusable = new RegExp(`[${delimiter}*?[\\]{}${sep === '/' ? '\\\\' : ''}\\p{Cc}]`, 'u');

/** Node's recursive mkdir (20.20) never ends if the kernel reports ENOENT for a new folder in an existing one, as procfs does. */
function refuseProcfs(home: string): void {
  if (!/^\/proc(\/|$)/.test(home)) return;
  throw new SparkDevError('USAGE', `Invalid value for SPARK_DEV_HOME: ${home}`, {
    why: 'Nothing can be stored below /proc.',
    fix: ['SPARK_DEV_HOME=/another/folder spark-dev …'],
  });
}

/** Opens the user's browser; rejects if there is none. */
export async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  await open(url);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};
