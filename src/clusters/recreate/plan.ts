import { loadArgv } from '../../images/docker-argv.js';
import { applyInputArgv, applyRightsArgv, type KubectlTool } from '../../kube/kubectl.js';
import type { HostCapacity } from '../../kube/size.js';
import type { Argv } from '../../ports/runner.js';
import type { Step } from '../../steps/step.js';
import { deleteArgv, type MinikubeProfile } from '../minikube/argv.js';
import { compareArgv, enableAddonArgv, listQuestions, packArgv, saveImagesArgv, unpackArgv } from './argv.js';
import { countBytes, sortImages, type SortedImages } from './images.js';
import { isKept, listKeptNamespaces, sortClaims, type RawObject, type UnsavedClaim } from './objects.js';
import type { ObservedContent } from './observe.js';
import {
  recreationSteps,
  type RecreationFolder,
  type RecreationPlan,
  type RecreationStep,
  type SavedClaim,
} from './record.js';
import { endArgv, listUnmanagedPods, listWorkloads, pauseArgv, wakeArgv } from './workloads.js';
import { count } from '../../text/words.js';
import { showBytes } from '../../text/sizes.js';
import { hasEnded } from '../../kube/node-resources.js';

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

export interface RecreationTools {
  readonly minikube: MinikubeProfile;
  readonly kubectl: KubectlTool;
  readonly folder: RecreationFolder;
  /** The start with the new size. */
  readonly start: readonly Argv[];
  /** The manifests that init writes for jobs. */
  readonly rights: string;
}

export interface RecreationPaths {
  readonly before: HostCapacity;
  readonly size: HostCapacity;
  /** Images that a cluster start or init loads anyway. */
  readonly brought: ReadonlySet<string>;
  readonly tools: RecreationTools;
}

/** For objects, and for tar's overhead per file. */
const slackBytes = 64 * 1024 ** 2;

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
    `${String(counted)} objects, and the Secrets, in ${count(plan.namespaces.length, 'namespace')}: ${plan.namespaces.join(', ')}`,
    ...plan.claims.map((claim) => `Files of claim ${show(claim)}: ${showBytes(claimBytes[show(claim)] ?? 0)}`),
    ...(plan.images.length === 0
      ? []
      : [`${count(plan.images.length, 'image')} built or loaded (${showBytes(imageBytes)}): ${shorten(plan.images)}`]),
    ...(plan.workloads.length === 0
      ? []
      : [`Paused during the recreation: ${plan.workloads.map((one) => `${one.kind} ${show(one)}`).join(', ')}`]),
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
    ...plan.mortals.map((one) => `${one.kind} ${show(one)} is running and will be terminated`),
    ...(ended === 0 ? [] : [`${String(ended)} finished pods with their logs and Jobs`]),
    ...foreign.map(
      (one) => `Namespace ${one.name} with ${count(one.objects.length, 'object')}: spark-dev did not create it`,
    ),
    ...claims.map((claim) => `Files of claim ${show(claim)}: ${claim.why}`),
    ...(customKinds.length === 0 ? [] : [`${count(customKinds.length, 'custom kind')} with all their objects`]),
    ...(images.unsaved.length === 0
      ? []
      : [
          `${count(images.unsaved.length, 'image')} from a registry, until they are pulled again: ${shorten(images.unsaved)}`,
        ]),
    ...(settings.containerRuntime === 'docker' ? [] : [`Images: only the docker runtime can export them`]),
  ];
}

function listForeignNamespaces(
  objects: readonly RawObject[],
  kept: readonly string[],
): readonly { readonly name: string; readonly objects: readonly RawObject[] }[] {
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

export const stepTitles: Readonly<Record<RecreationStep, string>> = {
  pause: 'Pause the workloads in the cluster',
  'save-objects': 'Save the objects of our namespaces',
  'save-claims': 'Save the files of the claims',
  'save-images': 'Save the images',
  delete: 'Delete the cluster',
  start: 'Start the new cluster',
  'restore-images': 'Load the images',
  'restore-objects': 'Restore the objects',
  'restore-claims': 'Restore the files of the claims',
  verify: 'Compare the cluster with the saved data',
  wake: 'Resume the paused workloads',
  tidy: 'Remove the saved files',
};

const reasons = (folder: string): Readonly<Record<RecreationStep, string>> => ({
  pause: 'nothing may write while files are copied',
  'save-objects': `they are deleted with the cluster; saved as files in ${folder} that only you can read`,
  'save-claims': `one archive each in ${folder}, then compared with the files in the cluster`,
  'save-images': 'no registry has them',
  delete: 'its size is fixed when it is created',
  start: 'with the new size, as init does it',
  'restore-images': 'pods need them',
  'restore-objects': 'without data specific to the old cluster; workloads stay paused',
  'restore-claims': 'before any workload uses them',
  verify: 'files, objects, images and the size of the node',
  wake: 'with the same number of replicas as before',
  tidy: 'the cluster has all the data',
});

/** Without the steps that have nothing to do. */
function describeSteps(plan: RecreationPlan, tools: RecreationTools): readonly Step<RecreationStep>[] {
  const commands = describeCommands(plan, tools);
  const why = reasons(tools.folder.root);
  return recreationSteps
    .filter((id) => commands[id].length > 0 || id === 'verify')
    .map((id) => ({ id, title: stepTitles[id], why: why[id], commands: commands[id] }));
}

function describeCommands(
  plan: RecreationPlan,
  tools: RecreationTools,
): Readonly<Record<RecreationStep, readonly Argv[]>> {
  const { kubectl, folder, minikube } = tools;
  const node = { ...minikube, driver: plan.settings.driver };
  const hasImages = plan.images.length > 0;
  return {
    pause: [
      ...plan.workloads.map((workload) => pauseArgv(kubectl, workload)),
      ...plan.mortals.map((mortal) => endArgv(kubectl, mortal)),
    ],
    'save-objects': listQuestions(kubectl, plan, folder).map(({ argv }) => argv),
    'save-claims': plan.claims.flatMap(({ path }) => [packArgv(node, path), compareArgv(node, path)]),
    'save-images': hasImages ? [saveImagesArgv(plan.images, folder.images)] : [],
    delete: [deleteArgv(minikube)],
    start: tools.start,
    'restore-images': hasImages ? [loadArgv(folder.images)] : [],
    'restore-objects': [
      applyInputArgv(kubectl),
      applyRightsArgv(kubectl, tools.rights),
      ...plan.settings.addons.map((addon) => enableAddonArgv(minikube, addon)),
    ],
    'restore-claims': plan.claims.map(({ path }) => unpackArgv(node, path)),
    verify: plan.claims.map(({ path }) => compareArgv(node, path)),
    wake: plan.workloads.map((workload) => wakeArgv(kubectl, workload)),
    tidy: [['rm', '--recursive', folder.root]],
  };
}
