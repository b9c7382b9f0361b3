import { join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { applyRightsArgv } from '../kube/kubectl.js';
import { ownLabels } from '../kube/labels.js';
import type { OverlayFiles } from '../overlay/kustomize/kustomization.js';
import { renderKustomization } from '../overlay/kustomize/render.js';
import { readOverlayFolder } from '../overlay/overlay-folder.js';
import type { Directories } from '../ports/host.js';
import type { Step } from '../steps/step.js';

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
