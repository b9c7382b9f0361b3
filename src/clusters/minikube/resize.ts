import type { CommandResult } from '../../command.js';
import { closeEntry } from '../../journal/journal.js';
import { withLock } from '../../journal/lock.js';
import { showCapacity, type HostCapacity } from '../../kube/size.js';
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
import { chooseSize } from '../resize/offers.js';

/** The size of an unfinished resize, which then continues, or the user's choice in the terminal. */
export async function chooseMinikubeSize(host: Host, signal: AbortSignal): Promise<HostCapacity | undefined> {
  return (await readUnfinishedResize(host)) ?? (await chooseSize(host, signal));
}

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
