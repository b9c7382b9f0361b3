import type { Host } from '../../ports/host.js';
import { toResources, type HostCapacity } from '../../kube/size.js';
import type { WrittenSize } from './settings.js';
import { answered, observeNodeSizes, type ObservedSize } from '../observed-size.js';
import type { Resources } from '../../kube/resources.js';
import { observeDaemon } from '../../toolchain/engine/observe.js';
import type { ClusterAccess } from '../capabilities.js';
import { readDesktopFiles, type DesktopFiles } from './machine.js';
import { useDesktopDocker } from './access.js';

/** Docker Desktop's settings and their file. */
export interface ConfiguredSize extends WrittenSize {
  readonly path: string;
}

export interface ObservedDesktopSize extends ObservedSize {
  readonly settings: ConfiguredSize | undefined;
}

const answerWithinMs = 10_000;

/** From Docker Desktop's files, its virtual machine, its nodes and this computer; absent if it does not answer. */
export async function observeDesktopSize(
  host: Host,
  access: ClusterAccess,
  signal: AbortSignal,
  daemon = useDesktopDocker(host, signal).then((there) => observeDaemon(there, signal, answerWithinMs)),
): Promise<ObservedDesktopSize> {
  const [files, state] = await Promise.all([
    answered(signal, readDesktopFiles(host, signal)),
    answered(signal, daemon),
  ]);
  // the real size of its machine counts, not the settings
  const machine = state?.kind === 'answers' ? toResources(state.facts) : undefined;
  const settings = files && readConfigured(files, host.platform);
  const nodes = await observeNodeSizes(host, access, machine, signal);
  return { ...nodes, limit: machine, settings, configured: roomOf(settings), host: toResources(host.platform) };
}

/** With the WSL 2 engine, only .wslconfig counts; the defaults are Microsoft's documented ones. */
export function readConfigured(
  { settings, wsl }: DesktopFiles,
  computer: HostCapacity & { readonly os: NodeJS.Platform },
): ConfiguredSize | undefined {
  if (wsl === undefined)
    return settings && { path: settings.path, cpus: settings.size.cpus, memoryMb: settings.size.memoryMb };
  // inside WSL only the virtual machine is visible, not the computer
  const isSeen = computer.os === 'win32';
  const { cpus = isSeen ? computer.cpus : undefined } = wsl.size;
  const { memoryMb = isSeen ? Math.floor(computer.memoryMb / 2) : undefined } = wsl.size;
  return { path: wsl.path, cpus, memoryMb };
}

function roomOf(configured: ConfiguredSize | undefined): Resources | undefined {
  if (configured?.cpus === undefined || configured.memoryMb === undefined) return undefined;
  return toResources({ cpus: configured.cpus, memoryMb: configured.memoryMb });
}
