import { minikubeMinimum, recommended, showCapacity, sparkMinimum, type HostCapacity } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { locatePrograms } from '../programs.js';
import { observeResize } from './observe.js';
import { leastMemoryMb, sizeNow, type ResizeInputs } from './plan.js';

export interface SizeOffer extends HostCapacity {
  readonly reason: string;
}

/** Sizes worth offering on this machine, smallest first, each once; what is in use and what the machine has bound them. */
export function offerSizes(facts: Pick<ResizeInputs, 'host' | 'inUse' | 'limit' | 'configured'>): readonly SizeOffer[] {
  const { host, inUse } = facts;
  const now = sizeNow(facts);
  const bounded = (size: HostCapacity): HostCapacity => ({
    cpus: Math.min(size.cpus, host.cpus),
    memoryMb: Math.min(size.memoryMb, host.memoryMb),
  });
  const most = { cpus: host.cpus, memoryMb: Math.floor((host.memoryMb * 0.75) / 1024) * 1024 };
  const all: readonly SizeOffer[] = [
    { ...now, reason: 'as it is' },
    { ...bounded(sparkMinimum), reason: "Spark's minimum" },
    { ...bounded(recommended), reason: 'a driver and executors side by side' },
    { ...most, reason: 'three quarters of the memory of this machine' },
  ];
  const leastMb = Math.max(minikubeMinimum.memoryMb, inUse === undefined ? 0 : leastMemoryMb(inUse));
  const leastMilli = inUse?.requests.cpuMilli ?? 0;
  const possible = all.filter(
    (size) => isSame(size, now) || (size.memoryMb >= leastMb && size.cpus * 1000 >= leastMilli),
  );
  return possible
    .filter((size, index) => possible.findIndex((other) => isSame(size, other)) === index)
    .sort((left, right) => left.memoryMb - right.memoryMb || left.cpus - right.cpus);
}

/** The first that is larger, as whoever asks for a resize wants more; else the largest. */
export function preferredOffer(offers: readonly SizeOffer[], now: HostCapacity): SizeOffer | undefined {
  return offers.find(({ memoryMb }) => memoryMb > now.memoryMb) ?? offers.at(-1);
}

function isSame(one: HostCapacity, other: HostCapacity): boolean {
  return one.cpus === other.cpus && one.memoryMb === other.memoryMb;
}

/** Lets somebody at a terminal choose among what this machine can give, each with its reason; undefined where nobody is. */
export async function chooseSize(host: Host, signal: AbortSignal): Promise<HostCapacity | undefined> {
  if (!host.ui.interactive) return undefined;
  const facts = await observeResize(host, await locatePrograms(host, signal), signal);
  const offers = offerSizes(facts);
  const now = sizeNow(facts);
  const chosen = await host.ui.select({
    message: `The cluster has ${showCapacity(now)}, this machine ${showCapacity(facts.host)}. What shall it have?`,
    flag: '--memory',
    choices: offers.map((offer) => ({ value: nameOf(offer), label: showCapacity(offer), hint: offer.reason })),
    preferred: nameOf(preferredOffer(offers, now) ?? now),
  });
  const { cpus, memoryMb } = offers.find((offer) => nameOf(offer) === chosen) ?? now;
  host.ui.say(`The same without asking: spark-dev cluster resize ${nameOf({ cpus, memoryMb })}`);
  return { cpus, memoryMb };
}

function nameOf({ cpus, memoryMb }: HostCapacity): string {
  return `--cpus ${String(cpus)} --memory ${String(memoryMb)}m`;
}
