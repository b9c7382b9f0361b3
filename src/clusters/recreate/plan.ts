import type { HostCapacity } from '../../kube/size.js';
import { sortClaims, type SavedClaim, type UnsavedClaim } from './claims.js';
import { countBytes, sortImages, type SortedImages } from './images.js';
import { isKept, listKeptNamespaces, type KubeObject } from './objects.js';
import type { ObservedContent } from './observe.js';
import type { RecreationPlan } from './record.js';
import { describeSteps, type RecreationTools, type ShownStep } from './describe-steps.js';
import { listUnmanagedPods, listWorkloads } from './workloads.js';
import { count } from '../../text/words.js';
import { showBytes } from '../../text/sizes.js';
import { hasEnded } from '../../kube/node-resources.js';

/** What would be done, and what it means for what is in the cluster. */
export interface Recreation {
  readonly before: HostCapacity;
  readonly plan: RecreationPlan;
  readonly steps: readonly ShownStep[];
  readonly kept: readonly string[];
  readonly lost: readonly string[];
  /** On the disk of this machine, until the new cluster has it. */
  readonly neededBytes: number;
  readonly freeBytes: number;
}

export interface RecreationPaths {
  readonly before: HostCapacity;
  readonly size: HostCapacity;
  /** Images that the start of a cluster and init bring themselves. */
  readonly brought: ReadonlySet<string>;
  readonly tools: RecreationTools;
}

const mib = 1024 ** 2;
/** Objects, and what tar adds to each file. */
const slackBytes = 64 * mib;

export function planRecreation(observed: ObservedContent, place: RecreationPaths): Recreation {
  const { objects, settings } = observed;
  const namespaces = listKeptNamespaces(objects);
  const claims = sortClaims(objects, namespaces);
  const images = sortImages(observed.images, place.brought);
  const plan: RecreationPlan = {
    size: { cpus: place.size.cpus, memoryMb: place.size.memoryMb },
    namespaces,
    workloads: listWorkloads(objects, namespaces),
    mortals: listUnmanagedPods(objects, namespaces),
    claims: claims.saved,
    images: images.saved.flatMap(({ references }) => references).sort(),
    settings,
  };
  const claimBytes = Object.values(observed.claimBytes).reduce((total, bytes) => total + bytes, 0);
  const imageBytes = countBytes(images.saved, observed.images);
  return {
    before: place.before,
    plan,
    steps: describeSteps(plan, place.tools),
    kept: describeKept(plan, observed, imageBytes),
    lost: describeLost(plan, observed, claims.unsaved, images),
    neededBytes: Math.ceil((claimBytes + imageBytes) * 1.1) + slackBytes,
    freeBytes: observed.freeBytes,
  };
}

function describeKept(plan: RecreationPlan, { objects, claimBytes }: ObservedContent, imageBytes: number): string[] {
  const counted = objects.filter((object) => isKept(object, plan.namespaces)).length;
  return [
    `${String(counted)} objects, and the Secrets, of ${count(plan.namespaces.length, 'namespace')}: ${plan.namespaces.join(', ')}`,
    ...plan.claims.map((claim) => `The files of claim ${show(claim)}: ${showBytes(claimBytes[show(claim)] ?? 0)}`),
    ...(plan.images.length === 0
      ? []
      : [`${count(plan.images.length, 'image')} built or loaded (${showBytes(imageBytes)}): ${shorten(plan.images)}`]),
    ...(plan.workloads.length === 0
      ? []
      : [`Paused meanwhile: ${plan.workloads.map((one) => `${one.kind} ${show(one)}`).join(', ')}`]),
    ...(plan.settings.addons.length === 0 ? [] : [`Addons: ${plan.settings.addons.join(', ')}`]),
    ...(plan.settings.flags.length === 0 ? [] : [`Settings of the profile: ${plan.settings.flags.join(' ')}`]),
  ];
}

function describeLost(
  plan: RecreationPlan,
  { objects, customKinds, settings }: ObservedContent,
  claims: readonly UnsavedClaim[],
  images: SortedImages,
): string[] {
  const ended = objects.filter((one) => one.kind === 'Pod' && hasEnded(one)).length;
  const foreign = listForeignNamespaces(objects, plan.namespaces);
  return [
    ...plan.mortals.map((one) => `${one.kind} ${show(one)} is at work and will be ended`),
    ...(ended === 0 ? [] : [`${String(ended)} ended pods with their logs, and their Jobs`]),
    ...foreign.map((one) => `Namespace ${one.name} with ${count(one.objects.length, 'object')}: it is none of ours`),
    ...claims.map((claim) => `The files of claim ${show(claim)}: ${claim.why}`),
    ...(customKinds.length === 0 ? [] : [`${count(customKinds.length, 'custom kind')} with all objects of them`]),
    ...(images.unsaved.length === 0
      ? []
      : [
          `${count(images.unsaved.length, 'image')} that a registry has, until something asks for them: ${shorten(images.unsaved)}`,
        ]),
    ...(settings.containerRuntime === 'docker' ? [] : [`Images: only a docker runtime hands them out`]),
  ];
}

function listForeignNamespaces(
  objects: readonly KubeObject[],
  kept: readonly string[],
): readonly { readonly name: string; readonly objects: readonly KubeObject[] }[] {
  return objects
    .filter(({ kind, metadata }) => kind === 'Namespace' && !kept.includes(metadata.name))
    .map(({ metadata: { name } }) => ({ name, objects: objects.filter((object) => isKept(object, [name])) }))
    .map(({ name, objects: inside }) => ({ name, objects: inside.filter(({ kind }) => kind !== 'Namespace') }))
    .filter(({ name, objects: inside }) => inside.length > 0 && !name.startsWith('kube-'));
}

function show({ namespace, name }: Pick<SavedClaim, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${String(names.length - 5)} more` : shown;
}
