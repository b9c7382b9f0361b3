import { join } from 'node:path';
import { applyRightsArgv, createArgv, kubectl, type KubectlTool } from '../kube/kubectl.js';
import { jobNamespace, preparedConfigMap, rightsFolders } from '../kube/names.js';
import { namespaceObject } from '../clusters/object-proof.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { readOverlayFolder } from '../overlay/overlay-folder.js';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { homeLabel, namespaceAnnotation, ownSelector, serviceNamespaceLabel, ownLabels } from '../kube/labels.js';
import type { Step } from '../steps/apply.js';
import { type OverlayFiles, renderKustomization } from '../overlay/kustomize/kustomization.js';

const ownFile = 'own-namespace.json';

/** Our kustomize/rights under another name, with the namespace itself for clusters in which it is created first. */
export async function describeFolder(
  { data, state, package: ours }: Directories,
  name: string,
  { storage, home }: Pick<PreparedCluster, 'storage' | 'home'>,
): Promise<RightsFolder> {
  const base = rightsFolders[storage];
  const { files } = await readOverlayFolder(join(ours, 'kustomize'));
  const bases = [rightsFolders.standard, base].map((folder) => `${folder}/`);
  const copied = Object.entries(files).filter(([path]) => bases.some((folder) => path.startsWith(folder)));
  return {
    folder: join(state, 'namespaces', name),
    files: {
      'kustomization.yaml': renderKustomization({ resources: [base], namespace: name }),
      [ownFile]: JSON.stringify(namespaceObject(name, home, data)),
      ...Object.fromEntries(copied),
    },
  };
}

export function planCreation(cluster: PreparedCluster, { folder }: RightsFolder, isThere: boolean): Step {
  return {
    id: 'create',
    title: 'Namespace, service account, its rights and a claim for event logs',
    why: isThere ? 'spark-dev made it; missing parts are restored' : 'there is no such namespace',
    commands: [
      ...(isThere || cluster.provider.isMadeByUs ? [] : [createArgv(cluster, join(folder, ownFile))]),
      applyRightsArgv(cluster, folder),
    ],
  };
}

/** Runs read it from what init noted in the cluster: it disappears with the cluster, and holds on every machine that uses it. */
function useArgv(cluster: PreparedCluster, name: string): Argv {
  const value = name === jobNamespace ? `${namespaceAnnotation}-` : `${namespaceAnnotation}=${name}`;
  return kubectl(cluster, jobNamespace).argv('annotate', 'configmap', preparedConfigMap, value, '--overwrite');
}

export function planUse(cluster: PreparedCluster, name: string): Step {
  const why = `the current namespace is ${cluster.namespace}`;
  return { id: 'use', title: `Use the namespace ${name} for runs`, why, commands: [useArgv(cluster, name)] };
}

/** Rights over the whole cluster that services of a namespace have: they do not go with it. */
export function removeServiceRightsArgv(tool: KubectlTool, home = '', namespaces: readonly string[]): Argv {
  const which = `${serviceNamespaceLabel} in (${namespaces.join(',')})`;
  return kubectl(tool).delete('clusterrolebinding', `--selector=${ownSelector},${homeLabel}=${home},${which}`);
}

/** The steps of a deletion: first changes the namespace of runs, so that none starts in a namespace that is being deleted. */
export function planDeletion(
  cluster: PreparedCluster,
  name: string,
  inUse: boolean,
  timeoutS: number,
): readonly Step[] {
  const back: Step = {
    id: 'use',
    title: `Use the namespace ${jobNamespace} for runs again`,
    why: `${name} is the current one`,
    commands: [useArgv(cluster, jobNamespace)],
  };
  const gone: Step = {
    id: 'delete',
    title: `Delete the namespace ${name}`,
    why: 'with everything in it',
    commands: [
      removeServiceRightsArgv(cluster, cluster.home, [name]),
      // returns after the last object is gone, or reports a timeout
      kubectl(cluster).delete('namespace', name, '--ignore-not-found', `--timeout=${String(timeoutS)}s`),
    ],
  };
  return inUse ? [back, gone] : [gone];
}

/** A folder for `kubectl apply --kustomize`, before it is written. */
export interface RightsFolder {
  readonly folder: string;
  readonly files: OverlayFiles;
}

/**
 * Account, role, binding and claim of kustomize/rights, for an existing namespace that spark-dev did not create. Nothing outside
 * the namespace: skips the namespace object, and the claim uses the cluster's default storage class.
 */
export async function describeRightsFolder(directories: Directories, namespace: string): Promise<RightsFolder> {
  const { files } = await readOverlayFolder(join(directories.package, 'kustomize', 'rights'));
  const inside = Object.entries(files).filter(([path]) => !['kustomization.yaml', 'namespace.yaml'].includes(path));
  const kustomization = renderKustomization({
    resources: inside.map(([path]) => path),
    namespace,
    labels: [{ pairs: ownLabels() }],
    patches: [
      { target: { kind: 'PersistentVolumeClaim' }, operations: [{ op: 'remove', path: '/spec/storageClassName' }] },
    ],
  });
  return {
    folder: join(directories.state, 'namespaces', `${namespace}-rights`),
    files: { 'kustomization.yaml': kustomization, ...Object.fromEntries(inside) },
  };
}

export function planRights(cluster: PreparedCluster, { folder }: RightsFolder): Step {
  return {
    id: 'rights',
    title: `Service account, its rights and a claim for event logs in ${cluster.namespace}`,
    why: 'nothing outside the namespace is changed',
    commands: [applyRightsArgv(cluster, folder)],
  };
}
