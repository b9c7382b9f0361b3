import { ensureDebianRoot, ensureImage } from '../../images/build.js';
import { ensureLoaded } from '../../images/image-store.js';
import type { Host } from '../../ports/host.js';
import type { StepHandle } from '../../ports/ui.js';
import type { ToolBuilds } from '../../toolchain/go/build-queue.js';
import type { SourceToolName } from '../../toolchain/source-tools.js';
import { ensureDistribution } from '../../toolchain/spark/distribution.js';
import { findSparkVersion } from '../../toolchain/spark/versions.js';
import { installRelease } from '../../toolchain/upstream/install.js';
import { releases, type ReleaseName } from '../../toolchain/upstream/pins.js';
import { keepRecord } from '../damaged-profile.js';
import { describeClusterState, rootImage } from './desired.js';
import { mergeOwnEntry } from '../../kube/kubeconfig/entry.js';
import { applyInputArgv, applyRightsArgv, awaitDnsArgv, clusterStateObject } from '../../kube/kubectl.js';
import { jobNamespace } from '../../kube/names.js';
import type { StartSettings } from '../minikube/argv.js';
import type { ProfileState } from '../minikube/parse.js';
import { awaitDns, unpauseProfile, type MinikubeCluster } from '../minikube/provider.js';
import { claimNamespace } from '../object-proof.js';
import { requireOwnCluster } from '../ownership.js';
import type { ClusterParts } from './parts.js';
import type { Step, Work } from './plan.js';
import { capabilities, type ClusterAccess } from '../provider.js';
import type { ClusterSize } from '../../kube/size.js';
import { startCluster } from './start-cluster.js';
import { inStep } from '../../steps/in-step.js';

/** kubectl itself gives up before. */
const dnsWithinMs = 150_000;

/** Everything that the steps share. */
export interface PreparationContext {
  readonly host: Host;
  readonly parts: ClusterParts;
  readonly builds: ToolBuilds;
  readonly access: ClusterAccess;
  /** Only with minikube. */
  readonly cluster: MinikubeCluster;
  readonly size: ClusterSize | undefined;
  readonly settings: StartSettings | undefined;
  /** As it was seen before. */
  readonly profile: ProfileState;
  readonly version: string;
  readonly logFile: string;
}

/** Does one step of the plan; each leaves either its whole result or nothing, so that an interrupted init just goes on. */
export async function performStep(shop: PreparationContext, step: Step, signal: AbortSignal): Promise<void> {
  const { host, parts, logFile } = shop;
  const options = { logFile, signal };
  switch (step.work.kind) {
    case 'engine':
    case 'ask':
      throw new Error(`${step.id} comes before the plan of all else`);
    case 'tool':
      if (parts.source === 'upstream') await installRelease(host, releases[step.work.tool as ReleaseName], { signal });
      else await shop.builds.get(step.work.tool as SourceToolName);
      return;
    case 'spark-files':
      await ensureDistribution(host, findSparkVersion(step.work.version), signal);
      return;
    case 'image':
      if (step.work.image === rootImage) await ensureDebianRoot(host, parts.root, options);
      else await ensureImage(host, findImage(parts, step.work.image), options);
      return;
    default:
      await inStep(host, step.title, (shown) => performInside(shop, step.work.kind, shown, signal));
  }
}

async function performInside(
  shop: PreparationContext,
  kind: Work['kind'],
  shown: StepHandle,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { host, parts, cluster, access, logFile } = shop;
  const requests = { signal, logFile };
  const options = { ...requests, env: access.childEnv };
  switch (kind) {
    case 'unpause':
      await requireOwnCluster(host, signal);
      await unpauseProfile(host, cluster, requests);
      return undefined;
    case 'start':
      await startCluster(host, { ...shop, signal, shown });
      return undefined;
    case 'kubeconfig':
      return mergeOwnEntry(host);
    case 'rights':
      if (!capabilities[access.provider].isMadeByUs) await claimNamespace(host, access, jobNamespace, options);
      await host.runner.run(applyRightsArgv(access, parts.rights.folder), options);
      return undefined;
    case 'deliver': {
      const dockerEnv = await access.dockerEnv(host, signal);
      await ensureLoaded(host, parts.spark, { ...requests, dockerEnv });
      return parts.spark.reference;
    }
    case 'record':
      if (access.provider === 'minikube') await awaitDns(host, cluster, requests);
      else await host.runner.run(awaitDnsArgv(access), { ...options, timeoutMs: dnsWithinMs });
      await host.runner.run(applyInputArgv(access), {
        ...options,
        input: JSON.stringify(clusterStateObject(describeClusterState(parts, shop.version))),
      });
      if (access.provider === 'minikube') await keepRecord(host.directories);
      return undefined;
    default:
      throw new Error(`${kind} is not a step of the cluster`);
  }
}

function findImage(parts: ClusterParts, name: string): ClusterParts['node'] {
  const image = [parts.node, ...parts.controlPlane, parts.spark, ...parts.otherSparks].find(
    ({ recipe }) => recipe.name === name,
  );
  if (image === undefined) throw new Error(`no image ${name}`);
  return image;
}
