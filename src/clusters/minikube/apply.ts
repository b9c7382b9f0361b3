import { ensureLoaded, type StoreOptions } from '../../images/image-store.js';
import { fillMinikubeCache } from '../../images/minikube-cache.js';
import { withEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import type { StepContext } from '../../steps/apply.js';
import { kubernetesVersion } from '../../toolchain/source-tools.js';
import { findVolumeArgv, forgetConfigurationArgv, unpauseArgv, type MinikubeCluster } from '../minikube/argv.js';
import type { ProfileState } from '../minikube/parse.js';
import { clusterPaths } from '../../kube/names.js';
import { describeMinikube } from '../programs.js';
import { claimVolume, requireOwnership } from '../own-cluster.js';
import { changeProfile, awaitDns, startProfile, type ChildRequests } from './profile.js';
import { describeStartSpec } from '../prepare/desired.js';
import type { ClusterParts } from '../prepare/parts.js';
import type { Preparation } from '../prepare/plan.js';
import { repairArgv } from './profile-config.js';

/** A start alone does not repair these: minikube trusts the configuration in the volume. */
export function mustReconfigure(profile: ProfileState): boolean {
  return profile === 'orphaned' || profile === 'broken';
}

/** The steps of init that act on the node. */
export async function applyMinikube(
  host: Host,
  context: Preparation & { readonly logFile: string },
  part: 'unpause' | 'start' | 'dns',
  { signal, progress }: StepContext,
): Promise<void> {
  const requests = { signal, logFile: context.logFile };
  const cluster = describeMinikube(host, context.programs);
  switch (part) {
    case 'unpause':
      await requireOwnership(host, signal);
      return changeProfile(host, cluster, unpauseArgv(cluster), requests);
    case 'start':
      return startCluster(host, context, cluster, { ...requests, onStep: progress });
    case 'dns':
      return awaitDns(host, cluster, requests);
  }
}

async function startCluster(
  host: Host,
  { parts, size, settings, observed: { profile } }: Preparation,
  cluster: MinikubeCluster,
  {
    onStep,
    ...requests
  }: { readonly signal: AbortSignal; readonly logFile: string; readonly onStep: StepContext['progress'] },
): Promise<void> {
  if (parts.source === 'registries') await provideOwnImages(host, parts, requests);
  await claimVolume(host, requests);
  if (mustReconfigure(profile)) await forgetConfiguration(host, parts, requests);
  const repair = profile === 'damaged' ? await repairArgv(host.directories) : undefined;
  if (repair !== undefined) await host.runner.run(repair, requests);
  const spec = describeStartSpec(host, parts, { size, settings });
  const begin = (): Promise<void> => startProfile(host, cluster, spec, { ...requests, onStep });
  // minikube treats an interrupted first start as complete, and never adds what is missing (kube-proxy, CoreDNS)
  const isFirst = profile === 'absent';
  await (isFirst ? withEntry(host, 'create-cluster', begin) : begin());
}

/** Loads what minikube would otherwise download from its vendors. */
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

async function forgetConfiguration(host: Host, parts: ClusterParts, requests: ChildRequests): Promise<void> {
  const volume = await host.runner.run(findVolumeArgv, { accept: [1], signal: requests.signal });
  if (volume.exitCode !== 0) return;
  await host.runner.run(forgetConfigurationArgv(parts.node.reference), requests);
}
