import { minikubeMinimum, recommended, showCapacity, sparkMinimum, type HostCapacity } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { locatePrograms } from '../programs.js';
import { observeResize } from './observe.js';
import { leastMemoryMb, sizeNow, type ResizeInputs } from './plan.js';

export interface SizeOffer extends HostCapacity {
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

/** Lets the user choose a size in the terminal; undefined without a terminal. */
export async function chooseSize(host: Host, signal: AbortSignal): Promise<HostCapacity | undefined> {
  if (!host.ui.interactive) return undefined;
  const facts = await observeResize(host, await locatePrograms(host, signal), signal);
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
