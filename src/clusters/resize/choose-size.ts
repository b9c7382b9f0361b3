import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { locatePrograms } from '../programs.js';
import { showCapacity, type HostCapacity } from '../../kube/size.js';
import { observeResize } from './observe.js';
import { offerSizes, preferredOffer } from './offers.js';
import { sizeNow } from './plan.js';

/** Lets somebody at a terminal choose among what this machine can give, each with its reason. */
export async function chooseSize(host: Host, signal: AbortSignal): Promise<HostCapacity> {
  if (!host.ui.interactive) {
    throw new SparkDevError('USAGE', 'cluster resize does not know to what size', {
      why: 'Neither --cpus nor --memory was given, and nobody can be asked.',
      fix: ['spark-dev cluster resize --memory 6g', 'spark-dev cluster resize --cpus 4 --memory 8g --dry-run'],
    });
  }
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
