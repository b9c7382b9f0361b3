import { z } from 'zod';
import type { Host } from '../../ports/host.js';
import { toResources, type HostCapacity } from '../../kube/size.js';
import type { WrittenSize } from './settings.js';
import { answered, observeNodeSizes, type ObservedSize } from '../observed-size.js';
import type { Resources } from '../../kube/resources.js';
import { infoArgv } from './argv.js';
import type { ClusterAccess } from '../capabilities.js';
import { observeDesktop, type ObservedDesktop } from './machine.js';

/** What Docker Desktop was told, and where. */
export interface ConfiguredSize extends WrittenSize {
  readonly path: string;
}

export interface ObservedDesktopSize extends ObservedSize {
  readonly settings: ConfiguredSize | undefined;
}

const answerWithinMs = 10_000;
const daemonSchema = z.object({ NCPU: z.number(), MemTotal: z.number() });

/** As Docker Desktop's files, its virtual machine, the nodes in it and this computer tell it; what does not answer is absent. */
export async function observeDesktopSize(
  host: Host,
  access: ClusterAccess,
  signal: AbortSignal,
): Promise<ObservedDesktopSize> {
  const [desktop, machine] = await Promise.all([
    answered(signal, observeDesktop(host, signal)),
    answered(signal, observeDaemonSize(host, access, signal)),
  ]);
  const settings = desktop === undefined ? undefined : readConfigured(desktop, host.platform);
  const nodes = await observeNodeSizes(host, access, machine, signal);
  return { ...nodes, limit: machine, settings, configured: roomOf(settings), host: toResources(host.platform) };
}

/** With the WSL 2 engine, .wslconfig alone counts; its defaults are those that Microsoft documents. */
export function readConfigured(
  { settings, wsl }: Pick<ObservedDesktop, 'settings' | 'wsl'>,
  computer: HostCapacity & { readonly os: NodeJS.Platform },
): ConfiguredSize | undefined {
  if (wsl === undefined)
    return settings && { path: settings.path, cpus: settings.size.cpus, memoryMb: settings.size.memoryMb };
  // from inside WSL one sees the machine that was made, and not the computer
  const isSeen = computer.os === 'win32';
  const { cpus = isSeen ? computer.cpus : undefined } = wsl.size;
  const { memoryMb = isSeen ? Math.floor(computer.memoryMb / 2) : undefined } = wsl.size;
  return { path: wsl.path, cpus, memoryMb };
}

/** The daemon that is the cluster's: what its machine has is what there is, whatever was set. */
async function observeDaemonSize(host: Host, access: ClusterAccess, signal: AbortSignal): Promise<Resources> {
  const env = await access.dockerEnv(host, signal);
  const { stdout } = await host.runner.run(infoArgv(undefined), { env, signal, timeoutMs: answerWithinMs });
  const { NCPU, MemTotal } = daemonSchema.parse(JSON.parse(stdout));
  return toResources({ cpus: NCPU, memoryMb: Math.floor(MemTotal / 1024 ** 2) });
}

function roomOf(configured: ConfiguredSize | undefined): Resources | undefined {
  if (configured?.cpus === undefined || configured.memoryMb === undefined) return undefined;
  return toResources({ cpus: configured.cpus, memoryMb: configured.memoryMb });
}
