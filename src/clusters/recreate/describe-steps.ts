import type { Argv } from '../../ports/runner.js';
import { loadArgv } from '../../images/docker-argv.js';
import { applyInputArgv, applyRightsArgv, type KubectlTool } from '../../kube/kubectl.js';
import { deleteArgv, type MinikubeProfile } from '../minikube/argv.js';
import {
  compareArgv,
  enableAddonArgv,
  getEverythingArgv,
  getOwnRightsArgv,
  getSecretsArgv,
  packArgv,
  saveImagesArgv,
  unpackArgv,
  type NodeAccess,
} from './argv.js';
import type { RecreationFolder } from './folder.js';
import { recreationSteps, type RecreationPlan, type RecreationStep } from './record.js';
import { endArgv, pauseArgv, wakeArgv } from './workloads.js';

export interface ShownStep {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly commands: readonly Argv[];
}

export interface RecreationTools {
  readonly minikube: MinikubeProfile;
  readonly kubectl: KubectlTool;
  readonly folder: RecreationFolder;
  /** Of the start with the new size. */
  readonly start: readonly Argv[];
  /** What init writes for jobs. */
  readonly rights: string;
}

export const stepTitles: Readonly<Record<RecreationStep, string>> = {
  pause: 'Pause what works in the cluster',
  'save-objects': 'Save the objects of our namespaces',
  'save-claims': 'Save the files of the claims',
  'save-images': 'Save the images',
  delete: 'Delete the cluster',
  start: 'Start it anew',
  'restore-images': 'Load the images',
  'restore-objects': 'Put the objects back',
  'restore-claims': 'Put the files of the claims back',
  verify: 'Compare with what was saved',
  wake: 'Wake what was paused',
  tidy: 'Remove the saved files',
};

const reasons = (folder: string): Readonly<Record<RecreationStep, string>> => ({
  pause: 'nobody may write while files are copied',
  'save-objects': `they go with the cluster; into files of ${folder} that only you can read`,
  'save-claims': `one archive each in ${folder}, compared at once with the files in the cluster`,
  'save-images': 'no registry has them',
  delete: 'its size is fixed when it is made',
  start: 'with the new size, by the same way as init',
  'restore-images': 'pods ask for them',
  'restore-objects': 'without all that belongs to the old cluster; workloads still paused',
  'restore-claims': 'before anything works on them',
  verify: 'files, objects, images and the size of the node',
  wake: 'with as many replicas as before',
  tidy: 'the cluster has all of it',
});

export function describeSteps(plan: RecreationPlan, tools: RecreationTools): readonly ShownStep[] {
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
  const node: NodeAccess = { ...minikube, driver: plan.settings.driver };
  const hasImages = plan.images.length > 0;
  return {
    pause: [
      ...plan.workloads.map((workload) => pauseArgv(kubectl, workload)),
      ...plan.mortals.map((mortal) => endArgv(kubectl, mortal)),
    ],
    'save-objects': [
      getEverythingArgv(kubectl),
      getOwnRightsArgv(kubectl),
      ...plan.namespaces.map((namespace) => getSecretsArgv(kubectl, namespace)),
    ],
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
