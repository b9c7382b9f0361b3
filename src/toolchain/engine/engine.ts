import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { inStep } from '../../steps/apply.js';
import { engineFiles, findProgram, observeEngine, readOrNothing, type EngineObservation } from './observe.js';
import { engineChangeArgv, planEngine, titleOfChange, type EngineChange, type EngineContext } from './plan.js';
import { asRoot, runAsRoot, type RootAccess } from './root-access.js';
import { waitFor } from '../../time/wait-for.js';

export interface EngineRequests {
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
  /** Called only if the machine lacks CAP_SYS_RESOURCE; returns the wrapper's path. */
  readonly ociRuntime: () => Promise<string>;
  /** The images' root is pulled, or every image exists: no tool to build one is needed. */
  readonly pullsRoot?: boolean;
}

const startWithinMs = 60_000;
/** Compilers may be using every core at the same time. */
const patienceMs = 20_000;
const pollMs = 250;
/** Install, repair what the install revealed, start, and verify. */
const mostRounds = 5;

/** Starts a Docker daemon that can run a cluster node, with the shortest plan. */
export async function ensureEngine(host: Host, requests: EngineRequests): Promise<void> {
  const files = engineFiles(host);
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await observeEngine(host, requests.signal, patienceMs);
    const seen = requests.pullsRoot === true ? { ...found, missingRootPackages: [] } : found;
    const changes = planEngine(seen);
    if (changes.length === 0 && seen.daemon.kind === 'answers') return rm(files.installMark, { force: true });
    for (const change of changes) await inStep(host, titleOfChange(change), () => apply(host, requests, seen, change));
  }
  throw new SparkDevError('ENGINE_SILENT', 'Docker was installed and started, but still does not answer', {
    fix: ['docker info', 'spark-dev doctor'],
    log: files.ownDaemonLog,
  });
}

async function apply(
  host: Host,
  { logFile, signal, ociRuntime }: EngineRequests,
  seen: EngineObservation,
  change: EngineChange,
): Promise<void> {
  const { installMark } = engineFiles(host);
  const bringsEngine = change.kind === 'install' && change.packages.includes('docker.io');
  const isRelaxed = change.kind === 'start-daemon' && change.isRelaxed;
  try {
    if (bringsEngine) {
      await mkdir(dirname(installMark), { recursive: true });
      await writeFile(installMark, '');
    }
    const groupId = seen.root === 'is' ? undefined : (await host.runner.run(['id', '-g'])).stdout.trim();
    const context = await findContext(host, seen, isRelaxed ? await ociRuntime() : '', groupId);
    for (const argv of engineChangeArgv(change, context)) {
      if (change.kind === 'start-daemon') await startDaemon(host, argv, seen.root, signal);
      // One broken third-party source fails `update`; `install` decides whether the packages are available.
      else await runAsRoot(host, argv, seen.root, { logFile, signal, accept: argv.includes('update') ? [100] : [] });
    }
    if (change.kind === 'start-service') await waitForDaemon(host, undefined, signal);
  } catch (error) {
    // Packages installed later by others are not ours.
    if (bringsEngine && (await findProgram(host, 'dockerd')) === undefined) await rm(installMark, { force: true });
    throw error;
  }
}

export async function describeEngineCommands(
  host: Host,
  seen: EngineObservation,
  changes: readonly EngineChange[],
  ociRuntime: string,
): Promise<readonly Argv[]> {
  const context = await findContext(host, seen, ociRuntime);
  return changes.flatMap((change) => engineChangeArgv(change, context));
}

async function findContext(
  host: Host,
  { hasSystemd }: EngineObservation,
  ociRuntime: string,
  groupId?: string,
): Promise<EngineContext> {
  const dockerd = (await findProgram(host, 'dockerd')) ?? 'dockerd';
  return { hasSystemd, dockerd, pidFile: engineFiles(host).ownDaemonPid, ociRuntime, groupId };
}

async function startDaemon(host: Host, argv: Argv, root: RootAccess, signal: AbortSignal | undefined): Promise<void> {
  const { ownDaemonPid, containerdPid, ownDaemonLog } = engineFiles(host);
  await mkdir(dirname(ownDaemonPid), { recursive: true });
  await forgetStalePid(host, root, ownDaemonPid, 'dockerd');
  await forgetStalePid(host, root, containerdPid, 'containerd');
  const pid = await host.runner.detach(asRoot(argv, root), { logFile: ownDaemonLog });
  await waitForDaemon(host, pid, signal);
}

/**
 * Where /run outlives a reboot, the pid in a file may be any process of today. dockerd then refuses to start, or waits in vain
 * for its containerd: both only look for a living process (moby: pkg/pidfile, libcontainerd/supervisor).
 */
async function forgetStalePid(host: Host, root: RootAccess, file: string, program: string): Promise<void> {
  const { stdout } = await host.runner.run(asRoot(['cat', file], root), { accept: [1] });
  const pid = stdout.trim();
  const command = /^\d+$/.test(pid) ? await readOrNothing(join(engineFiles(host).proc, pid, 'comm')) : '';
  if (command.trim() !== program) await host.runner.run(asRoot(['rm', '-f', file], root));
}

async function waitForDaemon(host: Host, pid: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  const { proc, ownDaemonLog } = engineFiles(host);
  const look = async (): Promise<'up' | 'starting' | 'dead'> => {
    const { daemon } = await observeEngine(host, signal, patienceMs);
    if (daemon.kind === 'answers' || daemon.kind === 'denied') return 'up';
    const stat = pid === undefined ? 'unknown' : await readOrNothing(join(proc, String(pid), 'stat'));
    return stat === '' || /\) Z /.test(stat) ? 'dead' : 'starting';
  };
  const limits = { everyMs: pollMs, timeoutMs: startWithinMs, signal };
  if ((await waitFor(host.clock, look, { until: (state) => state !== 'starting', ...limits })) === 'up') return;
  // The log has all starts; dockerd begins each with these words.
  const lines = (await readOrNothing(ownDaemonLog)).split('msg="Starting up"').at(-1)?.trim().split('\n') ?? [];
  const telling = lines.filter((line) => /level=(error|fatal)|^failed/i.test(line));
  throw new SparkDevError('ENGINE_SILENT', 'Docker did not start', {
    why:
      telling.length === 0
        ? `It did not answer within ${String(startWithinMs / 1000)} s.`
        : telling.slice(-2).join('\n'),
    fix: ['spark-dev doctor'],
    log: ownDaemonLog,
  });
}
