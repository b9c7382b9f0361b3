import { ensureLoaded, type StoreOptions } from '../../images/image-store.js';
import { fillMinikubeCache } from '../../images/minikube-cache.js';
import { withEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import type { StepContext } from '../../steps/apply.js';
import { kubernetesVersion } from '../../toolchain/source-tools.js';
import { repairArgv } from '../damaged-profile.js';
import { chooseNodeImage } from './desired.js';
import { findVolumeArgv, forgetConfigurationArgv } from '../minikube/argv.js';
import type { ProfileState } from '../minikube/parse.js';
import { startProfile, type ChildRequests, type MinikubeCluster } from '../minikube/provider.js';
import { clusterPaths } from '../../kube/names.js';
import { describeMinikube } from '../programs.js';
import type { ClusterParts } from './parts.js';
import type { Preparation } from './preparation.js';
import { claimVolume } from '../own-cluster.js';

/** Starting alone does not mend these: minikube takes the configuration that lies in the volume for a working one. */
export function mustReconfigure(profile: ProfileState): boolean {
  return profile === 'orphaned' || profile === 'broken';
}

export async function startCluster(
  host: Host,
  context: Preparation & { readonly logFile: string },
  running: StepContext,
): Promise<void> {
  const { parts, seen, size, settings } = context;
  const { profile } = seen.observed;
  const cluster = describeMinikube(host, context.programs);
  const requests = { logFile: context.logFile, signal: running.signal };
  if (parts.source === 'registries') await provideOwnImages(host, parts, requests);
  await claimVolume(host, requests);
  if (mustReconfigure(profile)) await forgetConfiguration(host, cluster, parts, requests);
  const mend = profile === 'damaged' ? await repairArgv(host.directories) : undefined;
  if (mend !== undefined) await host.runner.run(mend, requests);
  const spec = {
    nodeImage: chooseNodeImage(parts),
    kubernetesVersion,
    size,
    settings,
    asRoot: host.platform.uid === 0,
  };
  const begin = (): Promise<void> => startProfile(host, cluster, spec, { ...requests, onStep: running.progress });
  // minikube takes a first start that was cut short for a whole one, and never adds what is missing (kube-proxy, CoreDNS)
  const isFirst = profile === 'absent';
  await (isFirst ? withEntry(host, 'create-cluster', begin) : begin());
}

/** What minikube would otherwise fetch from its vendors. */
async function provideOwnImages(host: Host, parts: ClusterParts, requests: StoreOptions): Promise<void> {
  const kubernetes = parts.tools.get('kubernetes')?.binaries ?? {};
  await fillMinikubeCache({
    minikubeHome: clusterPaths(host.directories).minikubeHome,
    arch: host.platform.arch,
    kubernetesVersion,
    binaries: Object.fromEntries(['kubeadm', 'kubectl', 'kubelet'].map((name) => [name, kubernetes[name] ?? name])),
    images: parts.controlPlane,
  });
  await ensureLoaded(host, parts.node, requests);
}

async function forgetConfiguration(
  host: Host,
  cluster: MinikubeCluster,
  parts: ClusterParts,
  requests: ChildRequests,
): Promise<void> {
  const volume = await host.runner.run(findVolumeArgv(cluster), { accept: [1], signal: requests.signal });
  if (volume.exitCode !== 0) return;
  await host.runner.run(forgetConfigurationArgv(cluster, parts.node.reference), requests);
}
