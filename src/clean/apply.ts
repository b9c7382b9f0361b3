import type { Host } from '../ports/host.js';
import { removeFolder } from './folders.js';
import { pruneOldImages } from './old-images.js';
import { endStillOrphaned } from './orphans.js';
import { observeLeftovers, type ReachedCluster } from './observe.js';
import { deletionArgvs, listDoomed, nameObject, type CleanStep, type CleanRequest } from './plan.js';

/** A dying submit client may still have created its driver: then that goes in the next round. */
const mostRounds = 3;

export interface CleanEnd {
  readonly removed: readonly string[];
  /** What is there all the same. */
  readonly left: readonly string[];
}

/** Does the steps in their order and counts afterwards what is really gone; a step that fails does not stop the next. */
export async function applyClean(
  host: Host,
  cluster: ReachedCluster | undefined,
  steps: readonly CleanStep[],
  request: CleanRequest,
  signal: AbortSignal,
): Promise<CleanEnd> {
  const troubles: string[] = [];
  const stayed: string[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    const shown = host.ui.step(step.title);
    const before = troubles.length;
    await perform(host, cluster, step, request, signal).then(
      (items) => stayed.push(...items),
      (error: unknown) => {
        if (signal.aborted) throw error;
        troubles.push(error instanceof Error ? error.message : String(error));
      },
    );
    if (troubles.length === before) shown.done();
    else shown.fail(troubles.at(-1));
  }
  const left = [...(await listLeft(host, cluster, steps, signal)), ...stayed];
  const items = steps.flatMap((step) => step.items);
  return { removed: items.filter((item) => !left.includes(item)), left };
}

/** Answers what stayed, where only the deed itself can tell. */
async function perform(
  host: Host,
  cluster: ReachedCluster | undefined,
  { work, commands }: CleanStep,
  request: CleanRequest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  switch (work.kind) {
    case 'end':
      await endStillOrphaned(host, work.pids);
      break;
    case 'remove':
      for (const path of work.paths) await removeFolder(path);
      break;
    case 'prune':
      return pruneOldImages(host, work.old, signal);
    case 'delete-volumes':
      for (const argv of commands) await host.runner.run(argv, { env: cluster?.env ?? {}, signal, timeoutMs: 75_000 });
      break;
    case 'delete':
      if (cluster !== undefined) await deleteInRounds(host, cluster, commands, request, signal);
  }
  return [];
}

async function deleteInRounds(
  host: Host,
  cluster: ReachedCluster,
  planned: CleanStep['commands'],
  request: CleanRequest,
  signal: AbortSignal,
): Promise<void> {
  let commands = planned;
  for (let round = 0; round < mostRounds && commands.length > 0; round += 1) {
    for (const argv of commands) await host.runner.run(argv, { env: cluster.env, signal, timeoutMs: 45_000 });
    const seen = await observeLeftovers(host, cluster, signal);
    commands = deletionArgvs(cluster.kubectl, listDoomed(seen, request));
  }
}

/** Looks again at all that was to go. */
async function listLeft(
  host: Host,
  cluster: ReachedCluster | undefined,
  steps: readonly CleanStep[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const seen = await observeLeftovers(host, cluster, signal);
  const { runs = [], others = [], volumes = [] } = seen.objects ?? {};
  const there = new Set([
    ...runs.flatMap(({ objects }) => objects).map(nameObject),
    ...others.map(nameObject),
    ...volumes.map((one) => `volume ${one.namespace}/${one.name} (${one.storage})`),
    ...seen.orphans.map(({ pid, program, runId }) => `process ${String(pid)} (${program}, run ${runId})`),
  ]);
  return steps.flatMap((step) => step.items).filter((item) => there.has(item));
}
