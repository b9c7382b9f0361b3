import { join } from 'node:path';
import { observeAptSources, type AptSources } from '../../images/apt-sources.js';
import {
  controlPlaneRecipes,
  nodeRecipe,
  sparkRecipe,
  type ControlPlaneProgram,
  type NodeProgram,
} from '../../images/catalog.js';
import {
  planImage,
  type ImageRecipe,
  type PlannedImage,
  planDebianRoot,
  type DebianRoot,
  digestFolder,
} from '../../images/recipe.js';
import type { Host } from '../../ports/host.js';
import { planPulledNode, planPulledRoot } from '../../images/upstream-images.js';
import { describeRelease, type LocalRelease } from '../../toolchain/upstream/install.js';
import { releases } from '../../toolchain/upstream/pins.js';
import { kubernetesVersion, sourceTools, type SourceToolName, type Source } from '../../toolchain/source-tools.js';
import { describeDistribution } from '../../toolchain/spark/distribution.js';
import { sparkVersion, sparkVersions, type SparkVersion } from '../../toolchain/spark/versions.js';
import { describeBuiltTool, type BuiltTool } from '../../toolchain/tool-directory.js';

/** All parts of a cluster and their locations, known before any of them exists. */
export interface ClusterParts {
  readonly source: Source;
  /** Empty if everything is built. */
  readonly releases: readonly LocalRelease[];
  /** Empty if nothing is built. */
  readonly tools: ReadonlyMap<SourceToolName, BuiltTool>;
  readonly root: DebianRoot;
  readonly node: PlannedImage;
  readonly controlPlane: readonly PlannedImage[];
  /** The image of the default Spark version. */
  readonly spark: PlannedImage;
  /** The images of all other versions; built only on request. */
  readonly otherSparks: readonly PlannedImage[];
  readonly rights: { readonly folder: string; readonly digest: string };
}

const nodePrograms: Readonly<Record<NodeProgram, SourceToolName>> = {
  'cri-dockerd': 'cri-dockerd',
  crictl: 'crictl',
  'oci-runtime': 'oci-runtime',
  kubeadm: 'kubernetes',
  kubectl: 'kubernetes',
  kubelet: 'kubernetes',
};

const controlPlanePrograms: Readonly<Record<ControlPlaneProgram, SourceToolName>> = {
  'kube-apiserver': 'kubernetes',
  'kube-controller-manager': 'kubernetes',
  'kube-scheduler': 'kubernetes',
  'kube-proxy': 'kubernetes',
  etcd: 'etcd',
  coredns: 'coredns',
  pause: 'pause',
  'storage-provisioner': 'storage-provisioner',
};

/** Includes Debian's mirror, which apt knows only after its first update; from upstream, only the Spark images are built. */
export async function describeParts(
  host: Host,
  signal?: AbortSignal,
  source: Source = 'registries',
  mirrors?: AptSources,
): Promise<ClusterParts> {
  const { data, package: packageRoot } = host.directories;
  const plan = async (recipe: ImageRecipe): Promise<PlannedImage> =>
    planImage(recipe, await digestFolder(join(packageRoot, 'images', recipe.folder)), data);
  const { root, ...made } =
    source === 'upstream' ? describeReleases(host) : await describeBuilt(host, plan, signal, mirrors);
  const planSpark = (spark: SparkVersion): Promise<PlannedImage> => {
    const { folder } = describeDistribution(host.directories, spark);
    const { version, archive } = spark;
    return plan(sparkRecipe(root, { version, folder, fingerprint: archive.sha256 }, spark === sparkVersion));
  };
  const rights = join(packageRoot, 'kustomize', 'rights');
  return {
    ...{ source, root, ...made },
    spark: await planSpark(sparkVersion),
    otherSparks: await Promise.all(sparkVersions.filter((one) => one !== sparkVersion).map(planSpark)),
    rights: { folder: rights, digest: (await digestFolder(rights)).slice(0, 12) },
  };
}

type NodeParts = Pick<ClusterParts, 'releases' | 'tools' | 'root' | 'node' | 'controlPlane'>;

async function describeBuilt(
  host: Host,
  plan: (recipe: ImageRecipe) => Promise<PlannedImage>,
  signal: AbortSignal | undefined,
  mirrors: AptSources | undefined,
): Promise<NodeParts> {
  const [sources, tools] = await Promise.all([mirrors ?? observeAptSources(host, signal), describeTools(host)]);
  const root = planDebianRoot(sources, host.directories.data);
  const control = controlPlaneRecipes(root, kubernetesVersion, pathsOf(tools, controlPlanePrograms));
  return {
    ...{ releases: [], tools, root },
    node: await plan(nodeRecipe(root, kubernetesVersion, pathsOf(tools, nodePrograms))),
    controlPlane: await Promise.all(control.map(plan)),
  };
}

/** The vendors' releases of minikube, its node and Kubernetes. */
function describeReleases(host: Host): NodeParts {
  const { directories, env } = host;
  return {
    releases: Object.values(releases).map((release) => describeRelease(host, release)),
    tools: new Map(),
    root: planPulledRoot(env['http_proxy'] ?? env['HTTP_PROXY'], directories.data),
    node: planPulledNode(directories.data),
    controlPlane: [],
  };
}

/** All images except their common root. */
export function listImages({ node, controlPlane, spark, otherSparks }: ClusterParts): readonly PlannedImage[] {
  return [node, ...controlPlane, spark, ...otherSparks];
}

/** The tools whose binaries an image contains. */
export function toolsInside(image: PlannedImage): readonly SourceToolName[] {
  const { name } = image.recipe;
  if (name === 'node') return [...new Set(Object.values(nodePrograms))];
  return name in controlPlanePrograms ? [controlPlanePrograms[name as ControlPlaneProgram]] : [];
}

async function describeTools(host: Host): Promise<ReadonlyMap<SourceToolName, BuiltTool>> {
  return new Map(
    await Promise.all(
      sourceTools.map(async (tool): Promise<[SourceToolName, BuiltTool]> => [
        tool.name,
        await describeBuiltTool(host, tool),
      ]),
    ),
  );
}

function pathsOf<Program extends string>(
  tools: ReadonlyMap<SourceToolName, BuiltTool>,
  programs: Readonly<Record<Program, SourceToolName>>,
): Readonly<Record<Program, string>> {
  const entries = Object.entries<SourceToolName>(programs).map(([program, tool]) => {
    const path = tools.get(tool)?.binaries[program];
    if (path === undefined) throw new Error(`${tool} has no ${program}`);
    return [program, path];
  });
  return Object.fromEntries(entries) as Record<Program, string>;
}
