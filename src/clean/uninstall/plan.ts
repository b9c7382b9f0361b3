import { sep } from 'node:path';
import { profileName } from '../../kube/names.js';
import { removeArgv } from '../../images/docker-argv.js';
import { asRoot } from '../../toolchain/engine/root-access.js';
import type { MeasuredFolder } from '../folders.js';
import { endOrphans, removeFolders, type CommonWork, type Removal } from '../plan.js';
import { deleteNamespacesArgvs } from './desktop-things.js';
import { stopDaemonArgv } from './docker-things.js';
import { pruneAllStagesArgv } from './images.js';
import type { ObservedMachine } from './observe.js';
import { count } from '../../text/words.js';

export type RemovalWork =
  | CommonWork
  | { readonly kind: 'cluster' }
  | { readonly kind: 'desktop'; readonly env: Readonly<Record<string, string>> }
  | { readonly kind: 'kubeconfig' }
  | { readonly kind: 'images' }
  | { readonly kind: 'daemon' };

export type RemovalStep = Removal<RemovalWork>;

/**
 * Pure: from observations to removal steps, in an order that makes interruptions harmless: Docker's contents, the folders that
 * show that Docker holds something, the daemon, what the daemon itself needed, and the rest.
 */
export function planUninstall(seen: ObservedMachine, witnesses: readonly string[]): readonly RemovalStep[] {
  const isWitness = ({ path }: MeasuredFolder): boolean =>
    witnesses.some((one) => path === one || path.startsWith(one + sep));
  return [
    ...endOrphans(seen.orphans),
    ...removeCluster(seen),
    ...removeFromDesktop(seen),
    ...removeKubeconfig(seen),
    ...removeImages(seen),
    ...removeFolders(seen.folders.filter(isWitness), 'witnesses', 'the cluster and the images as files'),
    ...stopDaemon(seen),
    ...removeFolders(
      seen.folders.filter((folder) => !isWitness(folder)),
      'folders',
      'tools, caches, logs and runs',
    ),
  ];
}

function removeCluster({ cluster, docker }: ObservedMachine): readonly RemovalStep[] {
  if (cluster === undefined) return [];
  return [
    {
      id: 'cluster',
      title: 'Delete the cluster and all its data',
      why: cluster.by === 'docker' ? 'init made it; minikube cannot delete it, so Docker does' : 'init made it',
      commands: cluster.commands,
      items: (docker?.ownership.ours ?? []).map(({ kind, name }) => `${kind} ${name}`),
      work: { kind: 'cluster' },
    },
  ];
}

/** The cluster itself is the user's and stays. */
function removeFromDesktop({ desktop }: ObservedMachine): readonly RemovalStep[] {
  if (desktop === undefined || desktop === 'silent') return [];
  const { cluster, home, namespaces, applications } = desktop;
  if (namespaces.length + applications.length === 0) return [];
  return [
    {
      id: 'desktop',
      title: `Remove what spark-dev prepared in ${cluster.context}`,
      why: 'this home prepared it; everything else in the cluster stays',
      commands: [
        ...deleteNamespacesArgvs(cluster, home, namespaces),
        ...(applications.length === 0 ? [] : [removeArgv(applications)]),
      ],
      items: [
        ...namespaces.map((name) => `namespace ${name} in ${cluster.context}`),
        ...applications.map((name) => `image ${name}`),
      ],
      work: { kind: 'desktop', env: cluster.childEnv },
    },
  ];
}

function removeKubeconfig({ kubeconfig }: ObservedMachine): readonly RemovalStep[] {
  if (kubeconfig === undefined) return [];
  return [
    {
      id: 'kubeconfig',
      title: `Remove the entries ${profileName} from ${kubeconfig}`,
      why: 'everything else in it stays',
      commands: [],
      items: [`entries ${profileName} in ${kubeconfig}`],
      work: { kind: 'kubeconfig' },
    },
  ];
}

function removeImages({ docker }: ObservedMachine): readonly RemovalStep[] {
  const { tags = [], stages = [] } = docker ?? {};
  if (tags.length + stages.length === 0) return [];
  return [
    {
      id: 'images',
      title: `Remove ${count(tags.length + stages.length, 'image')}`,
      why: 'init built them, on the Docker of this machine',
      commands: [
        ...(tags.length === 0 ? [] : [removeArgv(tags)]),
        ...(stages.length === 0 ? [] : [pruneAllStagesArgv()]),
      ],
      items: [...tags, ...stages].map((name) => `image ${name}`),
      work: { kind: 'images' },
    },
  ];
}

function stopDaemon({ ownDaemon, engine }: ObservedMachine): readonly RemovalStep[] {
  if (ownDaemon === undefined) return [];
  return [
    {
      id: 'daemon',
      title: 'Stop Docker',
      why: 'init started it, and nothing else runs in it',
      commands: [asRoot(stopDaemonArgv(ownDaemon), engine.root)],
      items: [`dockerd (process ${String(ownDaemon.pid)})`],
      work: { kind: 'daemon' },
    },
  ];
}
