import { mkdir, readFile, statfs } from 'node:fs/promises';
import { kubectl } from '../../kube/kubectl.js';
import { hasEnded } from '../../kube/node-resources.js';
import { type HostCapacity } from '../../kube/size.js';
import { showBytes } from '../../text/sizes.js';
import { count, listLines } from '../../text/words.js';
import { isKept, listKeptNamespaces, listQuestions, nameOf, readObjects, type RawObject } from './objects.js';
import { countBytes, inspectClusterImages, sortImages, type ClusterImage } from './images.js';
import { measureClaims, sortClaims, type UnsavedClaim } from './claims.js';
import { describeActs } from './steps.js';
import { type ProfileSettings, type RecreationPlan, type RecreationStep, type RecreationTools } from './record.js';
import type { Step } from '../../steps/apply.js';
import type { Host } from '../../ports/host.js';
import { parseProfileSettings, profileFile } from '../minikube/profile-config.js';
import { listUnmanagedPods, listWorkloads } from './workloads.js';

/** The content of a running cluster that may be kept. */
interface ObservedContent {
  /** Without Secrets. */
  readonly objects: readonly RawObject[];
  readonly customKinds: readonly string[];
  /** Disk usage, by `NAMESPACE/NAME`. */
  readonly claimBytes: Readonly<Record<string, number>>;
  readonly images: readonly ClusterImage[];
  readonly settings: ProfileSettings;
  /** Free space in the folder for the saved data. */
  readonly freeBytes: number;
}

export async function observeContent(
  host: Host,
  tools: Pick<RecreationTools, 'cluster' | 'kubectl' | 'folder'>,
  signal: AbortSignal,
): Promise<ObservedContent> {
  const { data } = host.directories;
  const { cluster } = tools;
  const options = { env: cluster.env, signal };
  const settings = parseProfileSettings(await readFile(profileFile(host), 'utf8'));
  const [objects, kinds, images] = await Promise.all([
    Promise.all(listQuestions(tools, []).map(({ argv }) => readObjects(host, argv, options))).then((all) => all.flat()),
    host.runner.run(kubectl(tools.kubectl).get('customresourcedefinitions', '--output=name'), options),
    settings.containerRuntime === 'docker' ? inspectClusterImages(host, cluster, signal) : [],
  ]);
  const claimBytes = await measureClaims(host, cluster, objects, options);
  await mkdir(data, { recursive: true });
  const { bavail, bsize } = await statfs(data);
  return { objects, customKinds: listLines(kinds.stdout), claimBytes, images, settings, freeBytes: bavail * bsize };
}

/** The plan, and what is kept and lost. */
export interface Recreation {
  readonly before: HostCapacity;
  readonly plan: RecreationPlan;
  readonly steps: readonly Step<RecreationStep>[];
  readonly kept: readonly string[];
  readonly lost: readonly string[];
  /** Disk space on this machine until the new cluster has the data. */
  readonly neededBytes: number;
  readonly freeBytes: number;
}

/** For objects, and for tar's overhead per file. */
const slackBytes = 64 * 1024 ** 2;

/** `brought`: images that a cluster start or init loads anyway. */
export function planRecreation(
  observed: ObservedContent,
  before: HostCapacity,
  size: HostCapacity,
  brought: ReadonlySet<string>,
  tools: Omit<RecreationTools, 'plan'>,
): Recreation {
  const { objects, settings, freeBytes } = observed;
  const namespaces = listKeptNamespaces(objects);
  const claims = sortClaims(objects, namespaces);
  const images = sortImages(observed.images, brought);
  const plan: RecreationPlan = {
    size: { cpus: size.cpus, memoryMb: size.memoryMb },
    namespaces,
    workloads: listWorkloads(objects, namespaces),
    mortals: listUnmanagedPods(objects, namespaces),
    claims: claims.saved,
    images: images.saved.flatMap(({ references }) => references).sort(),
    settings,
  };
  const claimBytes = Object.values(observed.claimBytes).reduce((total, bytes) => total + bytes, 0);
  const imageBytes = countBytes(images.saved, observed.images);
  const steps = describeActs({ ...tools, plan }).map(({ apply: _apply, ...step }) => step);
  return {
    before,
    plan,
    // without those that have nothing to do
    steps: steps.filter(({ id, commands }) => commands.length > 0 || id === 'verify'),
    kept: describeKept(plan, observed, imageBytes),
    lost: describeLost(plan, observed, claims.unsaved, images.unsaved),
    neededBytes: Math.ceil((claimBytes + imageBytes) * 1.1) + slackBytes,
    freeBytes,
  };
}

function describeKept(plan: RecreationPlan, { objects, claimBytes }: ObservedContent, imageBytes: number): string[] {
  const { namespaces, claims, images, workloads, settings } = plan;
  const counted = objects.filter((object) => isKept(object, namespaces)).length;
  return [
    `${String(counted)} objects, and the Secrets, in ${count(namespaces.length, 'namespace')}: ${namespaces.join(', ')}`,
    ...claims.map((claim) => `Files of claim ${nameOf(claim)}: ${showBytes(claimBytes[nameOf(claim)] ?? 0)}`),
    ...lineFor(
      images,
      `${count(images.length, 'image')} built or loaded (${showBytes(imageBytes)}): ${shorten(images)}`,
    ),
    ...lineFor(workloads, `Paused during the recreation: ${workloads.map(titleOf).join(', ')}`),
    ...lineFor(settings.addons, `Addons: ${settings.addons.join(', ')}`),
    ...lineFor(settings.flags, `Settings of the profile: ${settings.flags.join(' ')}`),
  ];
}

function describeLost(
  plan: RecreationPlan,
  { objects, customKinds, settings }: ObservedContent,
  claims: readonly UnsavedClaim[],
  images: readonly string[],
): string[] {
  const ended = objects.filter((one) => one.kind === 'Pod' && hasEnded(one));
  return [
    ...plan.mortals.map((one) => `${titleOf(one)} is running and will be terminated`),
    ...lineFor(ended, `${String(ended.length)} finished pods with their logs and Jobs`),
    ...listForeignNamespaces(objects, plan.namespaces),
    ...claims.map((claim) => `Files of claim ${nameOf(claim)}: ${claim.why}`),
    ...lineFor(customKinds, `${count(customKinds.length, 'custom kind')} with all their objects`),
    ...lineFor(
      images,
      `${count(images.length, 'image')} from a registry, until they are pulled again: ${shorten(images)}`,
    ),
    ...(settings.containerRuntime === 'docker' ? [] : [`Images: only the docker runtime can export them`]),
  ];
}

function listForeignNamespaces(objects: readonly RawObject[], kept: readonly string[]): readonly string[] {
  return objects.flatMap(({ kind, metadata: { name } }) => {
    if (kind !== 'Namespace' || kept.includes(name) || name.startsWith('kube-')) return [];
    const inside = objects.filter((object) => object.kind !== 'Namespace' && isKept(object, [name]));
    return lineFor(inside, `Namespace ${name} with ${count(inside.length, 'object')}: spark-dev did not create it`);
  });
}

/** No line if there is nothing to tell. */
function lineFor(things: readonly unknown[], line: string): readonly string[] {
  return things.length === 0 ? [] : [line];
}

function titleOf(one: RecreationPlan['workloads' | 'mortals'][number]): string {
  return `${one.kind} ${nameOf(one)}`;
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${String(names.length - 5)} more` : shown;
}
