import { SparkDevError } from '../../errors/spark-dev-error.js';
import { findImageId } from '../../images/observed-image.js';
import type { Host } from '../../ports/host.js';
import { sourceTools } from '../../toolchain/source-tools.js';
import { describeDistribution, isDistributionThere } from '../../toolchain/spark/distribution.js';
import { sparkVersions } from '../../toolchain/spark/versions.js';
import { findBuiltTool } from '../../toolchain/tool-directory.js';
import { rootImage, renderClusterState } from './desired.js';
import { readOwnEntry } from '../../kube/kubeconfig/entry.js';
import { observeUserEntry } from '../../kube/kubeconfig/file.js';
import { askKubectl, getObjectsArgv, parseObjects } from '../../kube/kubectl.js';
import type { ProfileState } from '../minikube/parse.js';
import { accessMinikube } from '../minikube/access.js';
import { clusterPaths, profileName } from '../../kube/names.js';
import type { ClusterParts } from './parts.js';
import type { HostPrograms } from '../programs.js';
import { isFile } from '../../files/paths.js';
import { lookAtProfile, type ObservedProfile } from '../minikube/profile.js';
import type { ClusterAccess } from '../capabilities.js';

/** The state inside the running cluster; undefined if none runs. */
export interface InsideCluster {
  readonly missingObjects: readonly string[];
  readonly rightsAreCurrent: boolean;
  readonly hasSparkImage: boolean;
  readonly record: string | undefined;
}

export interface ObservedCluster {
  readonly engineAnswers: boolean;
  readonly presentTools: ReadonlySet<string>;
  readonly presentImages: ReadonlySet<string>;
  /** Spark versions that are already unpacked; local mode needs them too. */
  readonly presentSparks: ReadonlySet<string>;
  readonly profile: ProfileState;
  readonly userEntry: 'absent' | 'stale' | 'there' | 'foreign' | 'broken';
  readonly inside: InsideCluster | undefined;
}

const answerWithinMs = 5000;

export interface ObservedPreparation {
  readonly observed: ObservedCluster;
  readonly facts: ObservedProfile['facts'];
}

/** Collects everything that the plan needs; changes nothing. */
export async function observeCluster(
  host: Host,
  parts: ClusterParts,
  programs: HostPrograms,
  engineAnswers: boolean,
  signal?: AbortSignal,
): Promise<ObservedPreparation> {
  const [profile, presentTools, presentImages, presentSparks] = await Promise.all([
    lookAtProfile(host, programs, engineAnswers, signal),
    listPresentTools(host, programs),
    listPresentImages(host, parts, engineAnswers, signal),
    listPresentSparks(host),
  ]);
  // without minikube the cluster's daemon is not reachable
  const isUp = profile.state === 'running' && !programs.missing.includes('minikube');
  const [inside, own] = await Promise.all([
    isUp ? lookInside(host, parts, accessMinikube(host, programs), signal) : undefined,
    readOwnEntry(clusterPaths(host.directories).kubeconfig),
  ]);
  const userEntry = (await observeUserEntry(host, own, profileName)).state;
  const state = isUp && inside === undefined ? 'broken' : profile.state;
  return {
    observed: { engineAnswers, presentTools, presentImages, presentSparks, profile: state, userEntry, inside },
    facts: profile.facts,
  };
}

export async function listPresentSparks({ directories }: Host): Promise<ReadonlySet<string>> {
  const present = await Promise.all(
    sparkVersions.map(async (spark) =>
      (await isDistributionThere(describeDistribution(directories, spark))) ? [spark.version] : [],
    ),
  );
  return new Set(present.flat());
}

export async function listPresentTools(host: Host, { missing }: HostPrograms): Promise<ReadonlySet<string>> {
  const built = await Promise.all(
    sourceTools.map(async (tool) => ((await findBuiltTool(host, tool)) === undefined ? [] : [tool.name])),
  );
  const onHost = (['minikube', 'skaffold', 'kubectl'] as const).filter((name) => !missing.includes(name));
  return new Set([...built.flat(), ...onHost]);
}

export async function listPresentImages(
  host: Host,
  parts: ClusterParts,
  engineAnswers: boolean,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { root } = parts;
  const options = { signal, timeoutMs: 2 * answerWithinMs };
  const isPulled =
    root.isPulled === true && engineAnswers && (await findImageId(host, root.reference, options)) !== undefined;
  const images = [
    ...(root.isPulled === true ? [] : [{ name: rootImage, tar: root.tar }]),
    ...[parts.node, ...parts.controlPlane, parts.spark, ...parts.otherSparks].map(({ recipe, tar }) => ({
      name: recipe.name,
      tar,
    })),
  ];
  const present = await Promise.all(images.map(async ({ name, tar }) => ((await isFile(tar)) ? [name] : [])));
  return new Set([...present.flat(), ...(isPulled ? [rootImage] : [])]);
}

/** Undefined when Kubernetes does not answer although minikube reports it as running. */
export async function lookInside(
  host: Host,
  parts: ClusterParts,
  access: ClusterAccess,
  signal?: AbortSignal,
): Promise<InsideCluster | undefined> {
  try {
    const [objects, hasSparkImage] = await Promise.all([
      askKubectl({ host, cluster: access, signal }, getObjectsArgv(access, answerWithinMs), {
        timeoutMs: 2 * answerWithinMs,
      }),
      hasImage(host, access, parts.spark.reference, signal),
    ]);
    const { missing, record } = parseObjects(objects);
    return {
      missingObjects: missing,
      rightsAreCurrent: record?.['rights'] === parts.rights.digest,
      hasSparkImage,
      record: record === undefined ? undefined : renderClusterState(record),
    };
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof SparkDevError)) throw error;
    return undefined;
  }
}

/** Asks the cluster's own daemon: pods cannot use images in this machine's daemon. */
async function hasImage(host: Host, access: ClusterAccess, reference: string, signal?: AbortSignal): Promise<boolean> {
  const env = await access.dockerEnv(host, signal);
  return (await findImageId(host, reference, { env, signal, timeoutMs: 2 * answerWithinMs })) !== undefined;
}
