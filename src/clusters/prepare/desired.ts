import { currentSparkImage } from '../../images/catalog.js';
import { dockerBuildArgv, loadArgv, pullArgv, tagArgv } from '../../images/docker-argv.js';
import { type PlannedImage, mmdebstrapArgv } from '../../images/recipe.js';
import { applyInputArgv, applyRightsArgv, awaitDnsArgv, createArgv, type KubectlTool } from '../../kube/kubectl.js';
import { ownVersion } from '../../package.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { goBuildArgv } from '../../toolchain/go/argv.js';
import { kubernetesVersion, sourceTools } from '../../toolchain/source-tools.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import { lookUpArgv, type StartSpec } from '../minikube/argv.js';
import { toolsInside, type ClusterParts } from './parts.js';
import type { Step } from '../../steps/apply.js';

/** `ask` is a manual step for the user. */
export type PlainWork = 'ask' | 'engine' | 'unpause' | 'start' | 'kubeconfig' | 'rights' | 'deliver' | 'record';

/** What the step produces; apply.ts has the code. */
export type Work =
  | { readonly kind: PlainWork }
  | { readonly kind: 'tool'; readonly tool: string }
  | { readonly kind: 'spark-files'; readonly version: string }
  | { readonly kind: 'image'; readonly image: string };

export interface PreparationStep extends Step {
  readonly needs: readonly string[];
  readonly work: Work;
}

export interface DesiredCluster {
  /** Every step that makes a tool, Spark's files or an image, after those that it needs; also for what is there already. */
  readonly made: readonly PreparationStep[];
  /** Ids of the tools outside images: on the host, or copied to the node by minikube. */
  readonly hostTools: readonly string[];
  /** Ids of the images that are required to start the node. */
  readonly nodeImages: readonly string[];
  /** The id of the image for jobs. */
  readonly sparkImage: string;
  /** Represents everything that init writes into the cluster: rights, image, versions. */
  readonly record: string;
  readonly commands: Readonly<
    Record<'engine' | 'unpause' | 'start' | 'rights' | 'deliver' | 'record', readonly Argv[]>
  >;
}

export const rootImage = 'debian';

/** Not needed if the cluster is the user's. */
const nodeTools: readonly string[] = ['minikube'];

interface DesiredLocation {
  /** The commands for spark-dev's own node; undefined if the cluster is the user's: spark-dev neither creates nor starts it. */
  readonly node: Pick<DesiredCluster['commands'], 'unpause' | 'start'> | undefined;
  readonly kubectl: KubectlTool;
  /** The folder with the pinned versions of the tools. */
  readonly toolchain: string;
  readonly engineCommands: readonly Argv[];
}

/** The state that init writes into the cluster; runs read it, and init detects changes with it. */
export function describeClusterState(
  { spark, rights }: Pick<ClusterParts, 'spark' | 'rights'>,
  version = ownVersion(),
): Readonly<Record<string, string>> {
  return {
    sparkImage: spark.reference,
    sparkVersion: sparkVersion.version,
    kubernetesVersion,
    rights: rights.digest,
    sparkDevVersion: version,
  };
}

/** Independent of the order of keys. */
export function renderClusterState(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

export function describeDesired(
  parts: ClusterParts,
  { node, kubectl, toolchain, engineCommands }: DesiredLocation,
): DesiredCluster {
  const isUpstream = parts.source === 'upstream';
  // minikube provides the node and the control plane of official releases itself
  const nodeImages = isUpstream ? [] : [parts.node, ...parts.controlPlane];
  const sparks = [parts.spark, ...parts.otherSparks];
  const hostTools = isUpstream ? parts.releases.map(({ name }) => name) : ['minikube', 'kubernetes', 'skaffold'];
  return {
    made: [
      ...(isUpstream ? downloadTools(parts) : buildTools(parts, toolchain)),
      ...sparks.map(unpackSpark),
      makeRoot(parts),
      ...nodeImages.map((image) => buildImage(image)),
      ...sparks.map((image) => buildImage(image, [`spark-files:${image.recipe.version}`])),
    ],
    hostTools: hostTools
      .filter((name) => node !== undefined || !nodeTools.includes(name))
      .map((name) => `tool:${name}`),
    nodeImages: node === undefined ? [] : nodeImages.map(({ recipe }) => `image:${recipe.name}`),
    sparkImage: `image:${parts.spark.recipe.name}`,
    record: renderClusterState(describeClusterState(parts)),
    commands: {
      engine: engineCommands,
      ...(node ?? { unpause: [], start: [] }),
      rights: [...(node === undefined ? [createArgv(kubectl)] : []), applyRightsArgv(kubectl, parts.rights.folder)],
      deliver: [loadArgv(parts.spark.tar), tagArgv(parts.spark.reference, currentSparkImage)],
      record: [node === undefined ? awaitDnsArgv(kubectl) : lookUpArgv, applyInputArgv(kubectl)],
    },
  };
}

/** How minikube starts the node; of official releases with its own default image. */
export function describeStartSpec(
  { platform }: Pick<Host, 'platform'>,
  { source, node }: ClusterParts,
  how: Pick<StartSpec, 'size' | 'settings'>,
): StartSpec {
  const nodeImage = source === 'upstream' ? undefined : node.reference;
  return { ...how, nodeImage, kubernetesVersion, asRoot: platform.uid === 0 };
}

function buildTools({ tools }: ClusterParts, toolchain: string): readonly PreparationStep[] {
  return sourceTools.map((tool) => ({
    id: `tool:${tool.name}`,
    title: `Build ${tool.name} ${tool.version}`,
    why: 'it is neither on the PATH nor built yet',
    commands: [goBuildArgv('go', `${toolchain}/${tool.name}`, tools.get(tool.name)?.directory ?? '', tool)],
    needs: [],
    work: { kind: 'tool', tool: tool.name },
  }));
}

function downloadTools({ releases }: ClusterParts): readonly PreparationStep[] {
  return releases.map(({ name, version, download }) => ({
    id: `tool:${name}`,
    title: `Download ${name} ${version}`,
    why: 'it is neither on the PATH nor downloaded yet',
    commands: [],
    downloads: [download],
    needs: [],
    work: { kind: 'tool', tool: name },
  }));
}

function unpackSpark({ recipe: { version } }: PlannedImage): PreparationStep {
  return {
    id: `spark-files:${version}`,
    title: `Download Spark ${version} from PyPI`,
    why: 'it is not unpacked yet',
    commands: [],
    needs: [],
    work: { kind: 'spark-files', version },
  };
}

const rebuilt = 'it is missing, or its recipe has changed';

function makeRoot({ source, root }: ClusterParts): PreparationStep {
  const isPulled = source === 'upstream';
  return {
    id: `image:${rootImage}`,
    title: `${isPulled ? 'Pull' : 'Build'} the image ${rootImage}`,
    why: isPulled ? 'it is not on this machine' : rebuilt,
    commands: [isPulled ? pullArgv(root.reference) : mmdebstrapArgv(root, root.tar)],
    needs: ['engine'],
    work: { kind: 'image', image: rootImage },
  };
}

function buildImage(image: PlannedImage, files: readonly string[] = []): PreparationStep {
  const { name, base, folder } = image.recipe;
  return {
    id: `image:${name}`,
    title: `Build the image ${name}`,
    why: rebuilt,
    commands: [dockerBuildArgv(image, `images/${folder}`)],
    needs: [
      ...['engine', ...files, ...(base === undefined ? [] : [`image:${rootImage}`])],
      ...toolsInside(image).map((tool) => `tool:${tool}`),
    ],
    work: { kind: 'image', image: name },
  };
}
