import { ensureLoaded } from '../../images/image-store.js';
import { fillMinikubeCache } from '../../images/minikube-cache.js';
import { withEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import type { StepHandle } from '../../ports/ui.js';
import { kubernetesVersion } from '../../toolchain/source-tools.js';
import { repairArgv } from '../damaged-profile.js';
import { chooseNodeImage } from './desired.js';
import { findVolumeArgv, forgetConfigurationArgv, type StartSettings } from '../minikube/argv.js';
import type { ProfileState } from '../minikube/parse.js';
import { startProfile, type MinikubeCluster } from '../minikube/provider.js';
import { clusterPaths } from '../../kube/names.js';
import { claimVolume } from '../ownership.js';
import type { ClusterParts } from './parts.js';
import type { ClusterSize } from '../../kube/size.js';

export interface StartRequest {
  readonly parts: ClusterParts;
  readonly cluster: MinikubeCluster;
  /** Undefined for a profile that is there already and can be read. */
  readonly size: ClusterSize | undefined;
  readonly settings: StartSettings | undefined;
  readonly profile: ProfileState;
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly shown: StepHandle;
}

/** Starting alone does not mend these: minikube takes the configuration that lies in the volume for a working one. */
export function mustReconfigure(profile: ProfileState): boolean {
  return profile === 'orphaned' || profile === 'broken';
}

export async function startCluster(host: Host, request: StartRequest): Promise<void> {
  const { parts, cluster, logFile, signal, shown } = request;
  if (parts.source === 'registries') await provideOwnImages(host, request);
  await claimVolume(host, { logFile, signal });
  if (mustReconfigure(request.profile)) await forgetConfiguration(host, request);
  const mend = request.profile === 'damaged' ? await repairArgv(host.directories) : undefined;
  if (mend !== undefined) await host.runner.run(mend, { logFile, signal });
  const spec = {
    nodeImage: chooseNodeImage(parts),
    kubernetesVersion,
    size: request.size,
    settings: request.settings,
    asRoot: host.platform.uid === 0,
  };
  const begin = (): Promise<void> =>
    startProfile(host, cluster, spec, {
      signal,
      logFile,
      onStep: (message, step, total) => {
        shown.progress(message, step, total);
      },
    });
  // minikube takes a first start that was cut short for a whole one, and never adds what is missing (kube-proxy, CoreDNS)
  const isFirst = request.profile === 'absent';
  await (isFirst ? withEntry(host, 'create-cluster', begin) : begin());
}

/** What minikube would otherwise fetch from its vendors. */
async function provideOwnImages(host: Host, { parts, logFile, signal }: StartRequest): Promise<void> {
  const kubernetes = parts.tools.get('kubernetes')?.binaries ?? {};
  await fillMinikubeCache({
    minikubeHome: clusterPaths(host.directories).minikubeHome,
    arch: host.platform.arch,
    kubernetesVersion,
    binaries: Object.fromEntries(['kubeadm', 'kubectl', 'kubelet'].map((name) => [name, kubernetes[name] ?? name])),
    images: parts.controlPlane,
  });
  await ensureLoaded(host, parts.node, { logFile, signal });
}

async function forgetConfiguration(host: Host, { parts, cluster, logFile, signal }: StartRequest): Promise<void> {
  const volume = await host.runner.run(findVolumeArgv(cluster), { accept: [1], signal });
  if (volume.exitCode !== 0) return;
  await host.runner.run(forgetConfigurationArgv(cluster, parts.node.reference), { logFile, signal });
}
