import { join } from 'node:path';
import { observeAptSources, type AptSources } from '../../images/apt-sources.js';
import {
  controlPlaneRecipes,
  nodeRecipe,
  sparkRecipe,
  type ControlPlaneProgram,
  type NodeProgram,
} from '../../images/catalog.js';
import { planDebianRoot, type DebianRoot } from '../../images/debian-root.js';
import { digestFolder } from '../../images/folder-digest.js';
import { planImage, type ImageRecipe, type PlannedImage } from '../../images/recipe.js';
import type { Host } from '../../ports/host.js';
import { planPulledNode, planPulledRoot } from '../../images/upstream-images.js';
import type { Source } from '../../toolchain/source.js';
import { describeRelease, type LocalRelease } from '../../toolchain/upstream/install.js';
import { releases } from '../../toolchain/upstream/pins.js';
import { kubernetesVersion, sourceTools, type SourceToolName } from '../../toolchain/source-tools.js';
import { describeDistribution } from '../../toolchain/spark/distribution.js';
import { sparkVersion, sparkVersions } from '../../toolchain/spark/versions.js';
import { describeBuiltTool, type BuiltTool } from '../../toolchain/tool-directory.js';
import { isFile } from '../../files/paths.js';

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

/** Includes Debian's mirror, which apt knows only after its first update. */
export async function describeParts(
  host: Host,
  signal?: AbortSignal,
  source: Source = 'registries',
  mirrors?: AptSources,
): Promise<ClusterParts> {
  if (source === 'upstream') return describeUpstreamParts(host);
  const { directories } = host;
  const [sources, tools, rightsDigest] = await Promise.all([
    mirrors ?? observeAptSources(host, signal),
    describeTools(host),
    digestFolder(join(directories.package, 'kustomize', 'rights')),
  ]);
  const root = planDebianRoot(sources, directories.data);
  const plan = async (recipe: ImageRecipe): Promise<PlannedImage> =>
    planImage(recipe, await digestFolder(join(directories.package, 'images', recipe.folder)), directories.data);
  return {
    source,
    releases: [],
    tools,
    root,
    node: await plan(nodeRecipe(root, kubernetesVersion, pathsOf(tools, nodePrograms))),
    controlPlane: await Promise.all(
      controlPlaneRecipes(root, kubernetesVersion, pathsOf(tools, controlPlanePrograms)).map(plan),
    ),
    spark: await planSpark(host, root),
    otherSparks: await planOtherSparks(host, root),
    rights: describeRights(host, rightsDigest),
  };
}

/** The vendors' releases of minikube, its node and Kubernetes; only the Spark image is built, on Debian's own image. */
async function describeUpstreamParts(host: Host): Promise<ClusterParts> {
  const { directories, env } = host;
  const root = planPulledRoot(env['http_proxy'] ?? env['HTTP_PROXY'], directories.data);
  return {
    source: 'upstream',
    releases: Object.values(releases).map((release) => describeRelease(host, release)),
    tools: new Map(),
    root,
    node: planPulledNode(directories.data),
    controlPlane: [],
    spark: await planSpark(host, root),
    otherSparks: await planOtherSparks(host, root),
    rights: describeRights(host, await digestFolder(join(directories.package, 'kustomize', 'rights'))),
  };
}

/** Then no root file system is built and no tool for it installed: with a bundle the machine may have no network. */
export async function hasAllImages(images: readonly PlannedImage[]): Promise<boolean> {
  return (await Promise.all(images.map(({ tar }) => isFile(tar)))).every(Boolean);
}

function planOtherSparks(host: Host, root: DebianRoot): Promise<readonly PlannedImage[]> {
  return Promise.all(sparkVersions.filter((one) => one !== sparkVersion).map((one) => planSpark(host, root, one)));
}

async function planSpark({ directories }: Host, root: DebianRoot, spark = sparkVersion): Promise<PlannedImage> {
  const { folder } = describeDistribution(directories, spark);
  const { version, archive } = spark;
  const recipe = sparkRecipe(root, { version, folder, fingerprint: archive.sha256 }, spark === sparkVersion);
  return planImage(recipe, await digestFolder(join(directories.package, 'images', recipe.folder)), directories.data);
}

function describeRights({ directories }: Host, digest: string): ClusterParts['rights'] {
  return { folder: join(directories.package, 'kustomize', 'rights'), digest: digest.slice(0, 12) };
}

/** Empty if it is not built here. */
export function ociRuntimeOf({ tools }: ClusterParts): string {
  return tools.get('oci-runtime')?.binaries['oci-runtime'] ?? '';
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
