import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { currentSparkImage } from '../../images/catalog.js';
import { findImageId } from '../../images/observed-image.js';
import type { Host } from '../../ports/host.js';
import { describeEngineCommands } from '../../toolchain/engine/engine.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { planEngine } from '../../toolchain/engine/plan.js';
import { sourceTools, type Source } from '../../toolchain/source-tools.js';
import { describeDistribution, isDistributionThere } from '../../toolchain/spark/distribution.js';
import { sparkVersions } from '../../toolchain/spark/versions.js';
import { findBuiltTool } from '../../toolchain/tool-directory.js';
import { rootImage, renderClusterState } from './desired.js';
import { readOwnEntry } from '../../kube/kubeconfig/entry.js';
import { observeUserEntry } from '../../kube/kubeconfig/file.js';
import { readInside } from '../../kube/kubectl.js';
import type { ProfileState } from '../minikube/parse.js';
import { accessMinikube } from '../minikube/access.js';
import { clusterPaths } from '../../kube/names.js';
import { describeParts, listImages, type ClusterParts } from './parts.js';
import { refuseSource, resolveSource } from './source.js';
import { locatePrograms, type HostPrograms } from '../programs.js';
import { isFile } from '../../files/paths.js';
import { lookAtProfile } from '../minikube/profile.js';
import type { Capabilities, ClusterAccess } from '../capabilities.js';

/** The state inside the running cluster; undefined if none runs. */
export interface InsideCluster {
  readonly missingObjects: readonly string[];
  readonly rightsAreCurrent: boolean;
  readonly hasSparkImage: boolean;
  readonly record: string | undefined;
}

export interface ObservedCluster {
  readonly engineAnswers: boolean;
  /** Ids of the steps whose tool, Spark files or image is there. */
  readonly present: ReadonlySet<string>;
  readonly profile: ProfileState;
  readonly userEntry: 'absent' | 'stale' | 'there' | 'foreign' | 'broken';
  readonly inside: InsideCluster | undefined;
}

const answerWithinMs = 5000;

/** What comes before the cluster: its parts, Docker and the tools. Throws if this machine cannot use the source. */
export async function observePrerequisites(
  host: Host,
  { source: requested, signal }: { readonly source?: Source; readonly signal: AbortSignal },
  { isMadeByUs }: Capabilities,
) {
  const source = requested ?? (await resolveSource(host));
  const observed = await observeEngine(host, signal);
  // without a node of its own, spark-dev does not need that capability
  const seen = isMadeByUs ? observed : { ...observed, lacksSysResource: false };
  const refusal = refuseSource(host, seen, source);
  if (refusal !== undefined) throw refusal;
  const parts = await describeParts(host, signal, source);
  const images = isMadeByUs ? [parts.node, ...parts.controlPlane, parts.spark] : [parts.spark];
  // then no root file system is built and no tool for it installed: with a bundle the machine may have no network
  const hasRoot = source === 'upstream' || (await Promise.all(images.map(({ tar }) => isFile(tar)))).every(Boolean);
  const engine = hasRoot ? { ...seen, missingRootPackages: [] } : seen;
  const changes = isMadeByUs || engine.daemon.kind === 'answers' ? planEngine(engine) : [];
  const ociRuntime = parts.tools.get('oci-runtime')?.binaries['oci-runtime'] ?? '';
  return {
    parts,
    daemon: engine.daemon,
    engineAnswers: changes.length === 0,
    programs: await locatePrograms(host, signal, source),
    toolchain: join(host.directories.package, 'toolchain'),
    engineCommands: await describeEngineCommands(host, engine, changes, ociRuntime),
  };
}

/** Collects everything that the plan needs; changes nothing. */
export async function observeCluster(
  host: Host,
  { parts, programs, engineAnswers }: Awaited<ReturnType<typeof observePrerequisites>>,
  signal?: AbortSignal,
): Promise<ObservedCluster> {
  const [{ state }, present] = await Promise.all([
    lookAtProfile(host, programs, engineAnswers, signal),
    listPresent(host, parts, programs, engineAnswers, signal),
  ]);
  // without minikube the cluster's daemon is not reachable
  const isUp = state === 'running' && !programs.missing.includes('minikube');
  const [inside, own] = await Promise.all([
    isUp ? lookInside(host, parts, accessMinikube(host, programs), signal) : undefined,
    readOwnEntry(clusterPaths(host.directories).kubeconfig),
  ]);
  const userEntry = (await observeUserEntry(host, own)).state;
  return { engineAnswers, present, profile: isUp && inside === undefined ? 'broken' : state, userEntry, inside };
}

/** Ids of the steps that need not be made: tools, Spark's files and images that are there. */
export async function listPresent(
  host: Host,
  parts: ClusterParts,
  programs: HostPrograms,
  engineAnswers: boolean,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { root } = parts;
  const hasRoot = async (): Promise<boolean> =>
    root.isPulled === true
      ? engineAnswers &&
        (await findImageId(host, root.reference, { signal, timeoutMs: 2 * answerWithinMs })) !== undefined
      : isFile(root.tar);
  const checks: readonly (readonly [string, boolean | Promise<boolean>])[] = [
    ...(['minikube', 'skaffold', 'kubectl'] as const).map(
      (name) => [`tool:${name}`, !programs.missing.includes(name)] as const,
    ),
    ...sourceTools.map(
      (tool) => [`tool:${tool.name}`, findBuiltTool(host, tool).then((found) => found !== undefined)] as const,
    ),
    ...sparkVersions.map(
      (spark) =>
        [`spark-files:${spark.version}`, isDistributionThere(describeDistribution(host.directories, spark))] as const,
    ),
    [`image:${rootImage}`, hasRoot()],
    ...listImages(parts).map(({ recipe, tar }) => [`image:${recipe.name}`, isFile(tar)] as const),
  ];
  const present = await Promise.all(checks.map(async ([id, isPresent]) => ((await isPresent) ? [id] : [])));
  return new Set(present.flat());
}

/** Undefined when Kubernetes does not answer although minikube reports it as running. */
export async function lookInside(
  host: Host,
  parts: ClusterParts,
  access: ClusterAccess,
  signal?: AbortSignal,
): Promise<InsideCluster | undefined> {
  try {
    const [{ missing, record }, hasSparkImage] = await Promise.all([
      host.kube(access).then(readInside),
      hasImage(host, access, parts.spark.reference, signal),
    ]);
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

/** Under both names. Asks the cluster's own daemon: pods cannot use images in this machine's daemon. */
async function hasImage(host: Host, access: ClusterAccess, reference: string, signal?: AbortSignal): Promise<boolean> {
  const options = { env: await access.dockerEnv(host, signal), signal, timeoutMs: 2 * answerWithinMs };
  const find = (name: string): Promise<string | undefined> => findImageId(host, name, options);
  const [id, current] = await Promise.all([find(reference), find(currentSparkImage)]);
  return id !== undefined && id === current;
}
