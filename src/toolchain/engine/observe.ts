import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { RunOptions } from '../../ports/runner.js';
import { observeRootAccess, type RootAccess } from './root-access.js';
import { isThere, tryJson } from '../../files/paths.js';

/** The runtime's name in a daemon that we started: in `docker info` it shows that the daemon works without the capability. */
export const relaxedRuntime = 'spark-dev';

export interface ObservedDaemon {
  readonly serverVersion: string;
  readonly defaultRuntime: string;
  readonly cpus: number;
  readonly memoryMb: number;
}

/** `denied`: it exists, but this user may not use it. `silent`: it timed out. */
export type DaemonState =
  { readonly kind: 'answers'; readonly facts: ObservedDaemon } | { readonly kind: 'absent' | 'silent' | 'denied' };

export interface EngineObservation {
  readonly os: NodeJS.Platform;
  readonly daemon: DaemonState;
  /** DOCKER_HOST or a docker context leads elsewhere than to the daemon that we could start. */
  readonly isRemote: boolean;
  readonly hasDockerd: boolean;
  readonly hasDockerCli: boolean;
  /** mmdebstrap and the keys of Debian's archive, needed to build every image. */
  readonly missingRootPackages: readonly string[];
  readonly hasApt: boolean;
  readonly hasSystemd: boolean;
  readonly root: RootAccess;
  /** Whether the running daemon lacks it, or we do if none runs, since it would be our child. False if unknown. */
  readonly lacksSysResource: boolean;
  /** Our unfinished install provided the engine, so we may change what it started. */
  readonly installedByUs: boolean;
  /** The user that setfacl could grant access to the socket; undefined without setfacl. */
  readonly mayBeAdmitted: number | undefined;
}

/** Users' PATH often lacks the folders of daemons. */
const systemPath = '/usr/local/sbin:/usr/sbin:/sbin';
/** Long enough for any idle daemon, short enough for every command. */
const usualPatienceMs = 2000;

export type EngineFiles = ReturnType<typeof engineFiles>;

export function engineFiles({ directories: { data, system } }: Pick<Host, 'directories'>) {
  const own = join(data, 'docker-run');
  return {
    proc: join(system, 'proc'),
    systemd: join(system, 'run/systemd/system'),
    debianKeys: join(system, 'usr/share/keyrings/debian-archive-keyring.gpg'),
    daemonPid: join(system, 'var/run/docker.pid'),
    containerdPid: join(system, 'var/run/docker/containerd/containerd.pid'),
    // for the daemon that we start ourselves
    ownDaemonPid: join(own, 'dockerd.pid'),
    ownDaemonLog: join(own, 'dockerd.log'),
    // exists while an engine that we install is not working yet, so that the next run knows after an interruption
    installMark: join(own, 'installed-by-us'),
  };
}

export async function findProgram(host: Host, program: string): Promise<string | undefined> {
  return host.runner.which(program, `${host.env['PATH'] ?? ''}:${systemPath}`);
}

export async function observeEngine(
  host: Host,
  signal?: AbortSignal,
  patienceMs = usualPatienceMs,
): Promise<EngineObservation> {
  const files = engineFiles(host);
  const has = async (program: string): Promise<boolean> => (await findProgram(host, program)) !== undefined;
  const daemon = await observeDaemon(host, signal, patienceMs);
  return {
    os: host.platform.os,
    daemon,
    isRemote:
      /^(tcp|ssh|https?):/.test(host.env['DOCKER_HOST'] ?? '') ||
      (daemon.kind === 'absent' && (await isHeld(host, signal, patienceMs))),
    hasDockerd: await has('dockerd'),
    hasDockerCli: await has('docker'),
    missingRootPackages: [
      ...((await has('mmdebstrap')) ? [] : ['mmdebstrap']),
      ...((await isThere(files.debianKeys)) ? [] : ['debian-archive-keyring']),
    ],
    hasApt: await has('apt-get'),
    hasSystemd: await isThere(files.systemd),
    root: await observeRootAccess(host, signal),
    lacksSysResource: await observeCapability(files, daemon.kind === 'answers'),
    installedByUs: await isThere(files.installMark),
    mayBeAdmitted: (await has('setfacl')) ? host.platform.uid : undefined,
  };
}

/** Whether a daemon has the socket on which dockerd listens: the one that we start would take it away. */
async function isHeld(host: Host, signal: AbortSignal | undefined, timeoutMs: number): Promise<boolean> {
  const there = { DOCKER_HOST: 'unix:///var/run/docker.sock', DOCKER_TLS_VERIFY: undefined };
  return (await observeDaemon(host, signal, timeoutMs, there)).kind !== 'absent';
}

export async function observeDaemon(
  host: Host,
  signal?: AbortSignal,
  timeoutMs = usualPatienceMs,
  env?: RunOptions['env'],
): Promise<DaemonState> {
  if ((await findProgram(host, 'docker')) === undefined) return { kind: 'absent' };
  try {
    const argv = ['docker', 'info', '--format', '{{json .}}'];
    const answer = await host.runner.run(argv, { accept: [1], timeoutMs, signal, env });
    const facts = parseDockerInfo(answer.stdout);
    if (facts !== undefined) return { kind: 'answers', facts };
    return { kind: /permission denied/i.test(answer.stdout + answer.stderr) ? 'denied' : 'absent' };
  } catch (error) {
    if (error instanceof SparkDevError && error.code === 'TIMED_OUT') return { kind: 'silent' };
    throw error;
  }
}

const infoSchema = z.object({
  ServerVersion: z.string().min(1),
  DefaultRuntime: z.string(),
  NCPU: z.number(),
  MemTotal: z.number(),
});

/** Undefined if no daemon answered; clients from 20.10 to 28 report that with exit codes 0 and 1, and with or without the server's keys. */
export function parseDockerInfo(stdout: string): ObservedDaemon | undefined {
  const read = infoSchema.safeParse(tryJson(stdout));
  if (!read.success) return undefined;
  const { ServerVersion, DefaultRuntime, NCPU, MemTotal } = read.data;
  return {
    serverVersion: ServerVersion,
    defaultRuntime: DefaultRuntime,
    cpus: NCPU,
    memoryMb: Math.floor(MemTotal / 1024 / 1024),
  };
}

/** A daemon behind a mounted socket has no process here, and its own capabilities. */
async function observeCapability(files: EngineFiles, answers: boolean): Promise<boolean> {
  for (const pidFile of [files.ownDaemonPid, files.daemonPid]) {
    const status = await readOrNothing(join(files.proc, (await readOrNothing(pidFile)).trim(), 'status'));
    if (/^Name:\s*dockerd$/m.test(status)) return lacksSysResource(status);
  }
  return !answers && lacksSysResource(await readOrNothing(join(files.proc, 'self', 'status')));
}

export async function readOrNothing(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Bit of CAP_SYS_RESOURCE in the masks of /proc/PID/status: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const sysResourceBit = 24n;

/** False if the text contains no bounding set. */
function lacksSysResource(procStatus: string): boolean {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/im.exec(procStatus)?.[1];
  return mask !== undefined && (BigInt(`0x${mask}`) & (1n << sysResourceBit)) === 0n;
}
