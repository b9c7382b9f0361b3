import { listOverBase } from '../custom-base.js';
import { listStored, observeLabelled, neededByRuns, planPrune, type LabelledImages, type PrunePlan } from '../prune.js';
import type { Host } from '../../ports/host.js';
import { describeNeeded, findImageSet } from './image-set.js';
import { observeDesktopNamespaces } from '../../namespaces/desktop-namespaces.js';
import { requireOwnership } from '../../clusters/own-cluster.js';
import type { Daemon } from '../observed-image.js';

/** Images that spark-dev made and no longer needs, and the daemons that were asked. */
export interface OldImages {
  readonly plan: PrunePlan;
  readonly daemons: readonly Daemon[];
  readonly clusterAnswers: boolean;
}

/** Images on a user's base stay until their removal is requested: nothing else shows that they are no longer needed. */
export async function findOldImages(
  host: Host,
  provider: string | undefined,
  signal: AbortSignal,
  { overBase = false }: { readonly overBase?: boolean } = {},
): Promise<OldImages> {
  const set = await findImageSet(host, provider, signal);
  if (set.profile === 'foreign') await requireOwnership(host, signal);
  const all = set.isOneDaemon ? [set.host] : [set.host, set.cluster];
  const daemons = all.filter((daemon) => daemon !== undefined);
  const [labelled, files, desktop] = await Promise.all([
    Promise.all(daemons.map((daemon) => observeLabelled(host, daemon, signal))),
    listStored(host),
    observeDesktopNamespaces(host, signal),
  ]);
  // the same for each provider, because they share the store and this machine's Docker
  const needed = [...describeNeeded(set.parts), ...(overBase ? [] : await listOverBase(host))];
  const isShared = desktop === 'silent' || (desktop?.others ?? []).length > 0;
  const seen = isShared ? labelled.map(keepForRuns) : labelled;
  return { plan: planPrune(needed, seen, files), daemons, clusterAnswers: set.cluster !== undefined };
}

/** Runs of another home on Docker Desktop may need what this home built as well. */
function keepForRuns(seen: LabelledImages): LabelledImages {
  if (seen.place !== 'host') return seen;
  const needed = seen.images.filter(({ references }) => references.some((one) => neededByRuns.test(one)));
  return { ...seen, usedIds: new Set([...seen.usedIds, ...needed.map(({ id }) => id)]) };
}
