import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { inStep } from '../../steps/apply.js';
import {
  engineFiles,
  findProgram,
  observeEngine,
  type ObservedDaemon,
  type EngineFiles,
  type EngineObservation,
} from './observe.js';
import { engineChangeArgv, planEngine, titleOfChange, type EngineChange, type EngineContext } from './plan.js';
import { asRoot, runAsRoot } from './root-access.js';
import { waitFor } from '../../time/wait-for.js';

export interface EngineRequests {
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
  /** Called only if the machine lacks CAP_SYS_RESOURCE; returns the wrapper's path. */
  readonly ociRuntime: () => Promise<string>;
  /** The images' root is pulled, or every image exists: no tool to build one is needed. */
  readonly pullsRoot?: boolean;
  readonly files?: EngineFiles;
}

const startWithinMs = 60_000;
/** Compilers may be using every core at the same time. */
const patienceMs = 20_000;
const pollMs = 250;
/** Install, repair what the install revealed, start, and verify. */
const mostRounds = 5;

/** Starts a Docker daemon that can run a cluster node, with the shortest plan. */
export async function ensureEngine(host: Host, requests: EngineRequests): Promise<ObservedDaemon> {
  const files = requests.files ?? engineFiles(host);
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await observeEngine(host, requests.signal, files, patienceMs);
    const seen = requests.pullsRoot === true ? { ...found, missingRootPackages: [] } : found;
    const changes = planEngine(seen);
    if (changes.length === 0 && seen.daemon.kind === 'answers') {
      await rm(files.installMark, { force: true });
      return seen.daemon.facts;
    }
    for (const change of changes)
      await inStep(host, titleOfChange(change), () => apply(host, requests, files, seen, change));
  }
  throw new SparkDevError('ENGINE_SILENT', 'Docker was installed and started, but still does not answer', {
    fix: ['docker info', 'spark-dev doctor'],
    log: files.ownDaemonLog,
  });
}

async function apply(
  host: Host,
  requests: EngineRequests,
  files: EngineFiles,
  seen: EngineObservation,
  change: EngineChange,
): Promise<void> {
  const bringsEngine = change.kind === 'install' && change.packages.includes('docker.io');
  const { logFile, signal } = requests;
  try {
    if (bringsEngine) await markInstall(files);
    for (const argv of engineChangeArgv(change, await findPlace(host, requests, files, seen, change))) {
      if (change.kind === 'start-daemon') await startDaemon(host, asRoot(argv, seen.root), files, signal);
      // One broken third-party source fails `update`; `install` decides whether the packages are available.
      else await runAsRoot(host, argv, seen.root, { logFile, signal, accept: argv.includes('update') ? [100] : [] });
    }
    if (change.kind === 'start-service') await waitForDaemon(host, undefined, files, signal);
  } catch (error) {
    // Packages installed later by others are not ours.
    if (bringsEngine && (await findProgram(host, 'dockerd')) === undefined)
      await rm(files.installMark, { force: true });
    throw error;
  }
}

export async function describeEngineCommands(
  host: Host,
  { hasSystemd }: EngineObservation,
  changes: readonly EngineChange[],
  ociRuntime: string,
): Promise<readonly Argv[]> {
  const dockerd = (await findProgram(host, 'dockerd')) ?? 'dockerd';
  const place = { hasSystemd, dockerd, pidFile: engineFiles(host).ownDaemonPid, ociRuntime, groupId: undefined };
  return changes.flatMap((change) => engineChangeArgv(change, place));
}

async function markInstall({ installMark }: EngineFiles): Promise<void> {
  await mkdir(dirname(installMark), { recursive: true });
  await writeFile(installMark, '');
}

async function findPlace(
  host: Host,
  requests: EngineRequests,
  files: EngineFiles,
  seen: EngineObservation,
  change: EngineChange,
): Promise<EngineContext> {
  const isRelaxed = change.kind === 'start-daemon' && change.isRelaxed;
  return {
    hasSystemd: seen.hasSystemd,
    dockerd: (await findProgram(host, 'dockerd')) ?? 'dockerd',
    pidFile: files.ownDaemonPid,
    ociRuntime: isRelaxed ? await requests.ociRuntime() : '',
    groupId: seen.root === 'is' ? undefined : (await host.runner.run(['id', '-g'])).stdout.trim(),
  };
}

async function startDaemon(host: Host, argv: Argv, files: EngineFiles, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(dirname(files.ownDaemonPid), { recursive: true });
  await forgetStalePid(files);
  const pid = await host.runner.detach(argv, { logFile: files.ownDaemonLog });
  await waitForDaemon(host, pid, files, signal);
}

/** After a reboot the pid in the file may belong to any process, and dockerd would refuse to start. */
async function forgetStalePid(files: EngineFiles): Promise<void> {
  const pid = (await readFile(files.ownDaemonPid, 'utf8').catch(() => '')).trim();
  const command = pid === '' ? '' : await readFile(join(files.proc, pid, 'comm'), 'utf8').catch(() => '');
  if (command.trim() !== 'dockerd') await rm(files.ownDaemonPid, { force: true });
}

async function waitForDaemon(
  host: Host,
  pid: number | undefined,
  files: EngineFiles,
  signal: AbortSignal | undefined,
): Promise<void> {
  const look = async (): Promise<'up' | 'starting' | 'dead'> => {
    const { daemon } = await observeEngine(host, signal, files, patienceMs);
    if (daemon.kind === 'answers' || daemon.kind === 'denied') return 'up';
    return pid === undefined || (await isAlive(pid, files)) ? 'starting' : 'dead';
  };
  const limits = { everyMs: pollMs, timeoutMs: startWithinMs, signal };
  if ((await waitFor(host.clock, look, { until: (state) => state !== 'starting', ...limits })) === 'up') return;
  throw new SparkDevError('ENGINE_SILENT', 'Docker did not start', {
    why: (await lastErrors(files.ownDaemonLog)) ?? `It did not answer within ${String(startWithinMs / 1000)} s.`,
    fix: ['spark-dev doctor'],
    log: files.ownDaemonLog,
  });
}

async function isAlive(pid: number, files: EngineFiles): Promise<boolean> {
  return readFile(join(files.proc, String(pid), 'stat'), 'utf8').then(
    (stat) => !/\) Z /.test(stat),
    () => false,
  );
}

async function lastErrors(logFile: string): Promise<string | undefined> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  const telling = lines.filter((line) => /level=(error|fatal)|^failed/i.test(line));
  return telling.length === 0 ? undefined : telling.slice(-2).join('\n');
}
