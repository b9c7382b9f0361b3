import { join } from 'node:path';
import { dataLabel } from '../../clusters/minikube/docker-things.js';
import { profileName } from '../../kube/names.js';
import { markerName } from '../../config/own-forms.js';
import { joinWords } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { recipeLabel } from '../../images/recipe.js';
import type { Directories, Host } from '../../ports/host.js';
import { describeMaker, removeByHand } from '../../namespaces/require-namespace.js';
import type { ObservedMachine, DesktopThings } from './observe.js';
import { homeLabel } from '../../kube/labels.js';
import { sayMovedCommand } from '../../config/home-marker.js';

/** Questions that the user must answer first: --yes only covers what is ours to remove. */
export async function refuseWhatIsInUse(
  host: Host,
  seen: ObservedMachine,
  { force, yes }: { readonly force: boolean; readonly yes: boolean },
): Promise<void> {
  if (force) return;
  if (seen.liveRuns.length > 0) {
    throw new SparkDevError('IN_USE', `A run is still active: ${seen.liveRuns.join(', ')}`, {
      fix: ['Wait until it ends, or stop it with Ctrl-C', 'spark-dev uninstall --force'],
    });
  }
  const { foreignContainers = [] } = seen.docker ?? {};
  if (seen.ownDaemon !== undefined && foreignContainers.length > 0) {
    throw new SparkDevError('IN_USE', `Your containers run in the Docker that would be stopped`, {
      why: `init started this daemon. Running in it: ${foreignContainers.join(', ')}.`,
      fix: [`docker stop ${foreignContainers.join(' ')}`, 'spark-dev uninstall --force'],
    });
  }
  if (seen.docker !== undefined || !seen.dockerMayHold) return;
  const question = "Docker does not answer, so spark-dev's objects in it will stay. Remove the rest?";
  if (host.ui.interactive && !yes && (await host.ui.confirm(question))) return;
  throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, but holds objects to remove', {
    why: 'The cluster, its volume and its network, and the images could not be checked.',
    fix: ['Start Docker and run it again', 'spark-dev uninstall --force   # removes the rest'],
  });
}

/** Printed before and after. */
export function describeRemains(seen: ObservedMachine, directories: Directories): readonly string[] {
  const { packages, docker, dockerMayHold, paths, entry, desktop } = seen;
  const { others = [] } = docker?.ownership ?? {};
  const foreignEntry =
    docker === undefined
      ? `because only Docker knows whose cluster it is: kubectl config delete-context ${profileName}`
      : 'which belongs to another cluster';
  const lines = [
    docker === undefined && dockerMayHold && uncheckedDocker,
    ...(desktop === 'silent'
      ? [describeSilentDesktop(seen)]
      : describeForeignNamespaces(seen.home, desktop, directories)),
    entry.state === 'broken' && `entries for ${profileName} in your kubeconfig: ${entry.reason}`,
    // another home's cluster runs on that Docker
    packages.length > 0 &&
      others.length === 0 &&
      `the Debian packages that init installed, which other programs may need by now: sudo apt-get purge --autoremove ${packages.join(' ')}`,
    packages.includes('docker.io') &&
      "Docker's own files: /var/lib/docker, and until the next boot the bridge docker0 and its iptables chains",
    ...others.map(({ kind, name }) => `the ${kind} ${name} in Docker: nothing shows that this home made it`),
    entry.state === 'foreign' && `the entry ${profileName} in ${entry.path}, ${foreignEntry}`,
    ...paths.foreign.map((path) => `${path}, which spark-dev did not make`),
    ...paths.ofOthers.map((path) => {
      const marker = join(path, markerName);
      return `${path}, which is marked for another home. If it belongs to this home: ${joinWords(['rm', marker])} && ${joinWords(['touch', marker])}`;
    }),
  ];
  return lines.filter((line) => line !== false);
}

const uncheckedDocker = `everything in Docker, because it does not answer. Once it does, check the owner before you remove it: docker volume inspect ${profileName}   # its label ${dataLabel} names the folder of the home that made it; docker image ls --filter label=${recipeLabel}`;

/** Without the folders nobody knows the id any more, so it is printed. */
function describeSilentDesktop({ home }: ObservedMachine): string {
  const byHand = `kubectl --context docker-desktop delete namespace --selector=${homeLabel}=${home ?? ''}`;
  return `anything that init prepared in Docker Desktop's Kubernetes, because it does not answer. Once it does: ${home === undefined ? 'spark-dev uninstall' : byHand}`;
}

function describeForeignNamespaces(
  home: string | undefined,
  desktop: DesktopThings | undefined,
  directories: Directories,
): readonly string[] {
  if (desktop === undefined) return [];
  const { context } = desktop.cluster;
  return desktop.others.map((one) => {
    const isMoved = one.home !== '' && one.home === home;
    const moved = `If that is this home at a new path: ${sayMovedCommand(directories, one.madeBy)}. `;
    return `the namespace ${one.name} in ${context}. ${describeMaker(one)}. ${isMoved ? moved : ''}If no other home needs it: ${removeByHand(context, one.name)}`;
  });
}
