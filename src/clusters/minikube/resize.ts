import type { CommandResult } from '../../command.js';
import { closeEntry } from '../../journal/journal.js';
import { withLock } from '../../journal/lock.js';
import { showCapacity, type HostCapacity, minikubeMinimum, recommended, sparkMinimum } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { showSteps } from '../../steps/show.js';
import type { ResizeCall } from '../provider.js';
import {
  canResizeInPlace,
  planResizeInPlace,
  readUnfinishedResize,
  resizeInPlace,
  type Resized,
} from '../resize/in-place.js';
import { observeResize } from '../resize/observe.js';
import { leastMemoryMb, sizeNow, type ResizeInputs } from '../resize/plan.js';

/** `cluster resize` for minikube: in place if the running node can be resized, otherwise by recreating it. */
export async function resizeMinikube(host: Host, call: ResizeCall): Promise<CommandResult> {
  if (call.recreate || !(await canResizeInPlace(host))) return recreate(host, call);
  return call.dryRun ? showDryRun(await planResizeInPlace(host, call)) : tell(await resizeInPlace(host, call));
}

async function recreate(host: Host, call: ResizeCall): Promise<CommandResult> {
  const { describeRecreation, recreateCluster } = await import('../recreate/recreate-cluster.js');
  const { dryRun, lock, signal } = call;
  if (dryRun) {
    const { before, plan, steps, kept, lost } = await describeRecreation(host, call);
    return {
      data: { before, after: plan.size, steps, kept, lost },
      text: [...kept.map((line) => `Kept: ${line}`), ...lost.map((line) => `Lost: ${line}`), ...showSteps(steps)],
    };
  }
  const { recreation, tookMs } = await withLock(host, { ...lock, signal }, async () => {
    await closeEntry(host, 'resize-cluster');
    return recreateCluster(host, call);
  });
  const { before, plan, kept, lost } = recreation;
  return {
    data: { before, after: plan.size, kept, lost, durationsMs: tookMs },
    text: [`The cluster was recreated with ${showCapacity(plan.size)} (before: ${showCapacity(before)})`],
  };
}

function showDryRun({ before, target, steps }: Awaited<ReturnType<typeof planResizeInPlace>>): CommandResult {
  return {
    data: { before, after: { cpus: target.cpus, memoryMb: target.memoryMb }, steps },
    text: steps.length === 0 ? [nothingToDo(target)] : showSteps(steps),
  };
}

function tell({ before, after, durationsMs, isRunning }: Resized): CommandResult {
  const changed = Object.keys(durationsMs);
  const had = showCapacity(before) === showCapacity(after) ? '' : ` (before: ${showCapacity(before)})`;
  const running = isRunning ? 'nothing in it was interrupted' : 'it is stopped and will start with this size';
  return {
    data: { before, after, changed, durationsMs },
    text: [changed.length === 0 ? nothingToDo(after) : `The cluster now has ${showCapacity(after)}${had}; ${running}`],
  };
}

function nothingToDo(size: HostCapacity): string {
  return `Nothing to do: the cluster already has ${showCapacity(size)}`;
}

interface SizeOffer extends HostCapacity {
  readonly reason: string;
}

/** Useful sizes on this machine, smallest first, each once, between what is in use and what the machine has. */
export function offerSizes(facts: Pick<ResizeInputs, 'host' | 'inUse' | 'limit' | 'configured'>): readonly SizeOffer[] {
  const { host, inUse } = facts;
  const bounded = ({ cpus, memoryMb }: HostCapacity): HostCapacity => ({
    cpus: Math.min(cpus, host.cpus),
    memoryMb: Math.min(memoryMb, host.memoryMb),
  });
  const leastMb = Math.max(minikubeMinimum.memoryMb, inUse === undefined ? 0 : leastMemoryMb(inUse));
  const leastMilli = inUse?.requests.cpuMilli ?? 0;
  const others: readonly SizeOffer[] = [
    { ...bounded(sparkMinimum), reason: "Spark's minimum" },
    { ...bounded(recommended), reason: 'enough for a driver and executors' },
    {
      cpus: host.cpus,
      memoryMb: Math.floor((host.memoryMb * 0.75) / 1024) * 1024,
      reason: "three quarters of this machine's memory",
    },
  ];
  const possible = others.filter(({ cpus, memoryMb }) => memoryMb >= leastMb && cpus * 1000 >= leastMilli);
  const all = [{ ...sizeNow(facts), reason: 'current size' }, ...possible];
  return all
    .filter((offer, index) => all.findIndex((other) => nameOf(other) === nameOf(offer)) === index)
    .sort((left, right) => left.memoryMb - right.memoryMb || left.cpus - right.cpus);
}

/** The next larger size, because a resize usually means more; else the largest. */
export function preferredOffer(offers: readonly SizeOffer[], now: HostCapacity): SizeOffer | undefined {
  return offers.find(({ memoryMb }) => memoryMb > now.memoryMb) ?? offers.at(-1);
}

/** The size of an unfinished resize, which then continues, or the user's choice; undefined without a terminal. */
export async function chooseMinikubeSize(host: Host, signal: AbortSignal): Promise<HostCapacity | undefined> {
  const unfinished = await readUnfinishedResize(host);
  if (unfinished !== undefined || !host.ui.interactive) return unfinished;
  const facts = await observeResize(host, signal);
  const offers = offerSizes(facts);
  const now = sizeNow(facts);
  const chosen = await host.ui.select({
    message: `The cluster has ${showCapacity(now)}, this machine ${showCapacity(facts.host)}. How big should the cluster be?`,
    flag: '--memory',
    choices: offers.map((offer) => ({ value: nameOf(offer), label: showCapacity(offer), hint: offer.reason })),
    preferred: nameOf(preferredOffer(offers, now) ?? now),
  });
  const { cpus, memoryMb } = offers.find((offer) => nameOf(offer) === chosen) ?? now;
  host.ui.say(`Without questions: spark-dev cluster resize ${nameOf({ cpus, memoryMb })}`);
  return { cpus, memoryMb };
}

function nameOf({ cpus, memoryMb }: HostCapacity): string {
  return `--cpus ${String(cpus)} --memory ${String(memoryMb)}m`;
}
