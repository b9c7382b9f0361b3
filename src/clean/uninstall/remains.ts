import { join } from 'node:path';
import { dataLabel } from '../../clusters/minikube/docker-things.js';
import { profileName } from '../../kube/names.js';
import { markerName } from '../../config/own-forms.js';
import { joinWords } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { recipeLabel } from '../../images/recipe.js';
import type { Directories, Host } from '../../ports/host.js';
import { describeMaker, removeByHand } from '../../namespaces/require-namespace.js';
import type { DesktopThings } from './desktop-things.js';
import type { ObservedMachine } from './observe.js';
import { homeLabel } from '../../kube/labels.js';
import { sayMovedCommand } from '../../config/home-marker.js';

export interface Insistence {
  readonly force: boolean;
  readonly yes: boolean;
}

/** What a person has to decide first: --yes answers only for what is ours to remove. */
export async function refuseWhatIsInUse(host: Host, seen: ObservedMachine, { force, yes }: Insistence): Promise<void> {
  if (force) return;
  if (seen.liveRuns.length > 0) {
    throw new SparkDevError('IN_USE', `A run is at work: ${seen.liveRuns.join(', ')}`, {
      fix: ['Wait for its end, or stop it with Ctrl-C', 'spark-dev uninstall --force'],
    });
  }
  const { foreignContainers = [] } = seen.docker ?? {};
  if (seen.ownDaemon !== undefined && foreignContainers.length > 0) {
    throw new SparkDevError('IN_USE', `Containers of yours run in the Docker that is to be stopped`, {
      why: `init started this daemon. In it run: ${foreignContainers.join(', ')}.`,
      fix: [`docker stop ${foreignContainers.join(' ')}`, 'spark-dev uninstall --force'],
    });
  }
  if (seen.docker !== undefined || !seen.dockerMayHold) return;
  const question = 'Docker does not answer, and what it holds of spark-dev stays. Remove the rest?';
  if (host.ui.interactive && !yes && (await host.ui.confirm(question))) return;
  throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, and it holds some of what is to be removed', {
    why: 'The cluster, its volume and its network, and the images could not be looked at.',
    fix: ['Start Docker and run it again', 'spark-dev uninstall --force   # removes the rest'],
  });
}

/** Said before and after. */
export function describeRemains(seen: ObservedMachine, directories: Directories): readonly string[] {
  const { packages, docker, dockerMayHold, foreignFolders, foldersOfOthers, foreignEntry, kubeconfigTrouble, desktop } =
    seen;
  return [
    ...(docker === undefined && dockerMayHold ? [notLookedAt] : []),
    ...(desktop === 'silent'
      ? describeSilentDesktop(seen)
      : describeForeignNamespaces(seen.home, desktop, directories)),
    ...(kubeconfigTrouble === undefined ? [] : [`what your kubeconfig holds of ${profileName}: ${kubeconfigTrouble}`]),
    // another home's cluster runs on that Docker
    ...(packages.length === 0 || (docker?.ownership.others.length ?? 0) > 0
      ? []
      : [
          `the Debian packages that init installed, other programs may need them by now: sudo apt-get purge --autoremove ${packages.join(' ')}`,
        ]),
    ...(packages.includes('docker.io')
      ? [
          'what Docker keeps for itself: /var/lib/docker, the bridge docker0 and its iptables chains, until the next boot',
        ]
      : []),
    ...(docker?.ownership.others ?? []).map(
      ({ kind, name }) => `the ${kind} ${name} in Docker: nothing proves that this home made it`,
    ),
    ...(foreignEntry === undefined
      ? []
      : [
          docker === undefined
            ? `the entry ${profileName} in ${foreignEntry}, because only Docker tells whose cluster it is: kubectl config delete-context ${profileName}`
            : `the entry ${profileName} in ${foreignEntry}, which is another cluster's`,
        ]),
    ...foreignFolders.map((path) => `${path}, which spark-dev did not make`),
    ...foldersOfOthers.map((path) => {
      const marker = join(path, markerName);
      return `${path}, which is marked for another home. If it is this home's: ${joinWords(['rm', marker])} && ${joinWords(['touch', marker])}`;
    }),
  ];
}

const notLookedAt = `what Docker holds, because it does not answer. Once it does, look whose it is before you remove it: docker volume inspect ${profileName}   # its label ${dataLabel} names the folder of the home that made it; docker image ls --filter label=${recipeLabel}`;

/** Without the folders nobody knows the id any more, so it is told. */
function describeSilentDesktop({ home }: ObservedMachine): readonly string[] {
  const byHand = `kubectl --context docker-desktop delete namespace --selector=${homeLabel}=${home ?? ''}`;
  return [
    `what init may have prepared in Docker Desktop's Kubernetes, because it does not answer. Once it does: ${home === undefined ? 'spark-dev uninstall' : byHand}`,
  ];
}

function describeForeignNamespaces(
  home: string | undefined,
  desktop: DesktopThings | undefined,
  directories: Directories,
): readonly string[] {
  if (desktop === undefined) return [];
  const { context } = desktop.cluster;
  return desktop.others.map(
    (one) =>
      `the namespace ${one.name} in ${context}. ${describeMaker(one)}. ${
        one.home !== '' && one.home === home
          ? `If that is this home, in a new place: ${sayMovedCommand(directories, one.madeBy)}. `
          : ''
      }If no other home needs it: ${removeByHand(context, one.name)}`,
  );
}
