import { mmdebstrapArgv } from '../../images/debian-root.js';
import { dockerBuildArgv, loadArgv, pullArgv } from '../../images/docker-argv.js';
import type { PlannedImage } from '../../images/recipe.js';
import type { Argv } from '../../ports/runner.js';
import { goBuildArgv } from '../../toolchain/go/argv.js';
import { kubernetesVersion, sourceTools, type SourceToolName } from '../../toolchain/source-tools.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import type { PlannedDownload } from '../../steps/step.js';
import { applyInputArgv, applyRightsArgv, type KubectlTool, createArgv } from '../../kube/kubectl.js';
import {
  forgetConfigurationArgv,
  startArgv,
  unpauseArgv,
  type MinikubeProfile,
  type StartSettings,
} from '../minikube/argv.js';
import type { ClusterParts } from './parts.js';
import { toolsInside } from './parts.js';
import type { ClusterSize } from '../../kube/size.js';

export interface WantedTool {
  readonly name: string;
  readonly version: string;
  readonly commands: readonly Argv[];
  /** The official release; absent if it is built. */
  readonly download?: PlannedDownload;
}

export interface WantedImage {
  readonly name: string;
  /** Tools whose binaries it contains. */
  readonly tools: readonly string[];
  /** Its base images. */
  readonly images: readonly string[];
  readonly commands: readonly Argv[];
  readonly isPulled?: true;
  /** The Spark version that it contains. */
  readonly sparkVersion?: string;
  /** Made only when requested by name. */
  readonly isOptional?: true;
}

export interface DesiredCluster {
  readonly tools: readonly WantedTool[];
  /** Tools outside images: on the host, or copied to the node by minikube. */
  readonly hostTools: readonly string[];
  readonly images: readonly WantedImage[];
  /** Required to start the node. */
  readonly nodeImages: readonly string[];
  readonly sparkImage: string;
  /** Represents everything that init writes into the cluster: rights, image, versions. */
  readonly record: string;
  readonly commands: Readonly<
    Record<'engine' | 'unpause' | 'start' | 'kubeconfig' | 'rights' | 'deliver' | 'record', readonly Argv[]>
  >;
}

export const rootImage = 'debian';

/** Tools on this machine, or copied to the node by minikube. */
const hostTools: readonly SourceToolName[] = ['minikube', 'kubernetes', 'skaffold'];

export interface DesiredLocation {
  /** Undefined if the cluster is the user's: spark-dev neither creates nor starts it. */
  readonly node: DesiredNode | undefined;
  readonly kubectl: KubectlTool;
  /** The folder with the pinned versions of the tools. */
  readonly toolchain: string;
  readonly engineCommands: readonly Argv[];
  /** Succeeds when the cluster's DNS answers. */
  readonly awaitDns: Argv;
  readonly version: string;
}

export interface DesiredNode {
  readonly minikube: MinikubeProfile;
  /** Undefined for an existing, readable profile. */
  readonly size: ClusterSize | undefined;
  readonly settings?: StartSettings | undefined;
  readonly asRoot: boolean;
  /** The cluster does not answer, or lost its container. */
  readonly mustReconfigure: boolean;
  /** What to move out of minikube's way. */
  readonly beforeStart: readonly Argv[];
}

/** The state that init writes into the cluster; runs read it, and init detects changes with it. */
export function describeClusterState(parts: ClusterParts, version: string): Readonly<Record<string, string>> {
  return {
    sparkImage: parts.spark.reference,
    sparkVersion: sparkVersion.version,
    kubernetesVersion,
    rights: parts.rights.digest,
    sparkDevVersion: version,
  };
}

/** Independent of the order of keys. */
export function renderClusterState(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

export function describeDesired(parts: ClusterParts, place: DesiredLocation): DesiredCluster {
  const { node, kubectl } = place;
  const wanted = parts.source === 'upstream' ? wantPublished(parts) : wantBuilt(parts, place.toolchain);
  return {
    ...wanted,
    ...(node === undefined ? withoutNode(wanted) : {}),
    sparkImage: parts.spark.recipe.name,
    record: renderClusterState(describeClusterState(parts, place.version)),
    commands: {
      engine: place.engineCommands,
      unpause: node === undefined ? [] : [unpauseArgv(node.minikube)],
      start: node === undefined ? [] : describeStart(parts, node),
      kubeconfig: [],
      rights: [...(node === undefined ? [createArgv(kubectl)] : []), applyRightsArgv(kubectl, parts.rights.folder)],
      deliver: [loadArgv(parts.spark.tar)],
      record: [place.awaitDns, applyInputArgv(kubectl)],
    },
  };
}

function describeStart(parts: ClusterParts, node: DesiredNode): readonly Argv[] {
  const { minikube, size, settings, asRoot } = node;
  const nodeImage = chooseNodeImage(parts);
  return [
    ...(node.mustReconfigure ? [forgetConfigurationArgv(minikube, parts.node.reference)] : []),
    ...node.beforeStart,
    startArgv({ ...minikube, nodeImage, kubernetesVersion, size, settings, asRoot }),
  ];
}

const nodeTools: readonly string[] = ['minikube'];

/** If the cluster is the user's, only tools for this machine are wanted. */
function withoutNode({ hostTools: names }: Wanted): Pick<Wanted, 'hostTools' | 'nodeImages'> {
  return { hostTools: names.filter((name) => !nodeTools.includes(name)), nodeImages: [] };
}

type Wanted = Pick<DesiredCluster, 'tools' | 'hostTools' | 'images' | 'nodeImages'>;

function wantBuilt(parts: ClusterParts, toolchain: string): Wanted {
  return {
    tools: sourceTools.map((tool) => ({
      name: tool.name,
      version: tool.version,
      commands: [goBuildArgv('go', `${toolchain}/${tool.name}`, parts.tools.get(tool.name)?.directory ?? '', tool)],
    })),
    hostTools,
    images: [
      { name: rootImage, tools: [], images: [], commands: [mmdebstrapArgv(parts.root, parts.root.tar)] },
      ...[parts.node, ...parts.controlPlane].map(describeImage),
      ...describeSparks(parts),
    ],
    nodeImages: [parts.node, ...parts.controlPlane].map(({ recipe }) => recipe.name),
  };
}

/** minikube provides the node and the control plane itself. */
function wantPublished(parts: ClusterParts): Wanted {
  const { releases, root } = parts;
  return {
    tools: releases.map(({ name, version, download }) => ({ name, version, commands: [], download })),
    hostTools: releases.map(({ name }) => name),
    images: [
      { name: rootImage, tools: [], images: [], commands: [pullArgv(root.reference)], isPulled: true },
      ...describeSparks(parts),
    ],
    nodeImages: [],
  };
}

/** Undefined for minikube's own default. */
export function chooseNodeImage({ source, node }: ClusterParts): string | undefined {
  return source === 'upstream' ? undefined : node.reference;
}

function describeSparks({ spark, otherSparks }: ClusterParts): readonly WantedImage[] {
  const describe = (image: PlannedImage): WantedImage => ({
    ...describeImage(image),
    sparkVersion: image.recipe.version,
  });
  return [describe(spark), ...otherSparks.map((image) => ({ ...describe(image), isOptional: true as const }))];
}

function describeImage(image: PlannedImage): WantedImage {
  return {
    name: image.recipe.name,
    tools: toolsInside(image),
    images: image.recipe.base === undefined ? [] : [rootImage],
    commands: [dockerBuildArgv(image, `images/${image.recipe.folder}`)],
  };
}
