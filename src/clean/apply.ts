import type { Host } from '../ports/host.js';
import { applySteps, runCommands } from '../steps/apply.js';
import { removeFolder } from './folders.js';
import { pruneOldImages } from './old-images.js';
import { endStillOrphaned } from './orphans.js';
import type { ClusterAccess } from '../clusters/capabilities.js';
import { observeLeftovers } from './observe.js';
import { deletionArgvs, listDoomed, nameObject, type CleanRequest, type CleanStep, type CommonWork } from './plan.js';

/** A terminating submit client may still create its driver, which is removed in the next round. */
const mostRounds = 3;

export interface CleanEnd {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/** Runs the steps in order and then checks what is really gone; a failed step does not stop the next. */
export async function applyClean(
  host: Host,
  cluster: ClusterAccess | undefined,
  steps: readonly CleanStep[],
  request: CleanRequest,
  signal: AbortSignal,
): Promise<CleanEnd> {
  const stayed: string[] = [];
  await applySteps(host, steps, {
    signal,
    apply: async (step) => {
      stayed.push(...(await perform(host, cluster, step, request, signal)));
    },
    onFailure: (_step, error, running) => {
      if (signal.aborted) throw error;
      running.failed(error instanceof Error ? error.message : String(error));
    },
  });
  const left = [...(await listLeft(host, cluster, steps, signal)), ...stayed];
  const items = steps.flatMap((step) => step.items);
  return { removed: items.filter((item) => !left.includes(item)), left };
}

/** Returns what stayed, for steps that only know by doing. */
async function perform(
  host: Host,
  cluster: ClusterAccess | undefined,
  step: CleanStep,
  request: CleanRequest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { work } = step;
  switch (work.kind) {
    case 'end':
    case 'folders':
      await performCommon(host, work);
      return [];
    case 'prune':
      return pruneOldImages(host, work.old, signal);
    case 'delete-volumes':
      await runCommands(host, step, { env: cluster?.childEnv ?? {}, signal, timeoutMs: 75_000 });
      return [];
    case 'delete':
      if (cluster !== undefined) await deleteInRounds(host, cluster, step.commands, request, signal);
      return [];
  }
}

export async function performCommon(host: Host, work: CommonWork): Promise<void> {
  if (work.kind === 'end') await endStillOrphaned(host, work.pids);
  else for (const path of work.paths) await removeFolder(path);
}

async function deleteInRounds(
  host: Host,
  cluster: ClusterAccess,
  planned: CleanStep['commands'],
  request: CleanRequest,
  signal: AbortSignal,
): Promise<void> {
  let commands = planned;
  for (let round = 0; round < mostRounds && commands.length > 0; round += 1) {
    await runCommands(host, { commands }, { env: cluster.childEnv, signal, timeoutMs: 45_000 });
    const seen = await observeLeftovers(host, cluster, signal);
    commands = deletionArgvs(cluster, listDoomed(seen, request));
  }
}

/** Observes again everything that should be gone. */
async function listLeft(
  host: Host,
  cluster: ClusterAccess | undefined,
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
