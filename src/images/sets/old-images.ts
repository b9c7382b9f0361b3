import type { Daemon } from '../daemon.js';
import { overBaseName } from '../custom-base.js';
import { planPrune, type PrunePlan } from '../prune-plan.js';
import { listStored, observeLabelled } from '../prune.js';
import { listStoredRecipes } from '../stored-recipes.js';
import type { Host } from '../../ports/host.js';
import type { ProviderName } from '../../clusters/provider.js';
import { findImageSet } from './image-set.js';
import { requireOwnCluster } from '../../clusters/own-cluster.js';

/** Images that spark-dev made and no longer needs, and the daemons that were asked. */
export interface OldImages {
  readonly plan: PrunePlan;
  readonly daemons: readonly Daemon[];
  readonly clusterAnswers: boolean;
}

/** Images on a user's base stay until their removal is requested: nothing else shows that they are no longer needed. */
export async function findOldImages(
  host: Host,
  provider: ProviderName | undefined,
  signal: AbortSignal,
  { overBase = false }: { readonly overBase?: boolean } = {},
): Promise<OldImages> {
  const set = await findImageSet(host, provider, signal);
  if (set.profile === 'foreign') await requireOwnCluster(host, signal);
  const all = set.isOneDaemon ? [set.host] : [set.host, set.cluster];
  const daemons = all.filter((daemon) => daemon !== undefined);
  const [labelled, files, recipes] = await Promise.all([
    Promise.all(daemons.map((daemon) => observeLabelled(host, daemon, signal))),
    listStored(host),
    listStoredRecipes(host),
  ]);
  const needed = set.needed.filter(({ name }) => !overBase || name !== overBaseName);
  // another home's current images in this machine's Docker may look old to this version
  const proven = set.isOneDaemon ? undefined : recipes;
  return { plan: planPrune(needed, labelled, files, proven), daemons, clusterAnswers: set.cluster !== undefined };
}
