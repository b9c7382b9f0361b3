import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import { describeDesired } from '../prepare/desired.js';
import { defaultStorageMark, rightsFolders } from '../../kube/names.js';
import { listPresent, lookInside, observePrerequisites, type ObservedCluster } from '../prepare/observe.js';
import type { ClusterParts } from '../prepare/parts.js';
import { planCluster, type Preparation, type PreparationRequest } from '../prepare/plan.js';
import { desktopCapabilities } from './capabilities.js';
import { observeDesktopHost, asksOf, refuseOtherDaemon, warnOf } from './observe-host.js';
import { digestFolder } from '../../images/recipe.js';

/**
 * Looks and plans; changes nothing. Kubernetes exists already, so the steps are the user's own ones first, then tools, the
 * Spark image in its daemon, our namespace and rights, and the cluster state.
 */
export async function planDesktopPreparation(host: Host, request: PreparationRequest): Promise<Preparation> {
  const { signal } = request;
  const known = await observePrerequisites(host, request, desktopCapabilities);
  const { engineAnswers, programs, toolchain, engineCommands } = known;
  const answers = known.daemon.kind === 'answers';
  const { access, ...ground } = await observeDesktopHost(host, programs, signal);
  refuseOtherDaemon(ground);
  const parts = ground.hasStandardStorage ? known.parts : await withDefaultStorage(host, known.parts);
  const inside = answers && ground.nodes.length > 0 ? await lookInside(host, parts, access, signal) : undefined;
  const present = await listPresent(host, parts, programs, answers, signal);
  const observed: ObservedCluster = {
    engineAnswers,
    present: programs.missing.includes('kubectl') ? present : new Set([...present, 'tool:kubernetes']),
    profile: 'running',
    userEntry: 'there',
    inside,
  };
  const desired = describeDesired(parts, { node: undefined, kubectl: access, toolchain, engineCommands });
  return {
    ...{ desired, observed, parts, programs, access },
    steps: [...asksOf(ground, answers), ...planCluster(observed, desired)],
    warnings: warnOf(ground, request.size),
    size: undefined,
    settings: undefined,
  };
}

/** minikube's class is called standard; without one, the cluster's default class is used. */
async function withDefaultStorage(host: Host, parts: ClusterParts): Promise<ClusterParts> {
  const folder = join(host.directories.package, 'kustomize', rightsFolders.default);
  const own = (await digestFolder(folder)).slice(0, 12);
  return { ...parts, rights: { folder, digest: `${parts.rights.digest}-${own}${defaultStorageMark}` } };
}
