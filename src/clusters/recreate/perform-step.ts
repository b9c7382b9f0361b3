import { removeRuins } from '../delete-cluster.js';
import { applyPreparation } from '../prepare/apply.js';
import { planPreparation } from '../prepare/prepare.js';
import { removeProfile } from '../remove-profile.js';
import type { Archives, RecreationStep } from './record.js';
import { restoreClaims, restoreImages, restoreObjects, wakeWorkloads } from './restore.js';
import { pauseWorkloads, removeSaved, saveClaims, saveImages, saveObjects } from './save.js';
import { optionsOf, type RecreationContext } from './context.js';
import { verifyRestored } from './verify.js';
import { showBytes } from './plan.js';

export interface StepEnd {
  readonly note?: string | undefined;
  readonly archives?: Archives;
}

/** Each may be done again after it was cut short anywhere. */
export const performers: Readonly<Record<RecreationStep, (shop: RecreationContext) => Promise<StepEnd>>> = {
  pause: async (shop) => ({ note: await pauseWorkloads(shop) }),
  'save-objects': (shop) => saveObjects(shop).then(() => ({})),
  'save-claims': (shop) => saveClaims(shop).then(describeArchives),
  'save-images': (shop) => saveImages(shop).then(describeArchives),
  delete: (shop) => removeProfile(shop.host, shop.programs, optionsOf(shop)).then(() => ({})),
  start: (shop) => prepareCluster(shop).then(() => ({})),
  'restore-images': (shop) => restoreImages(shop).then(() => ({})),
  'restore-objects': async (shop) => ({ note: await restoreObjects(shop) }),
  'restore-claims': (shop) => restoreClaims(shop).then(() => ({})),
  verify: async (shop) => ({ note: await verifyRestored(shop) }),
  wake: async (shop) => ({ note: await wakeWorkloads(shop) }),
  tidy: (shop) => removeSaved(shop).then(() => ({})),
};

function describeArchives(archives: Archives): StepEnd {
  const sizes = Object.values(archives).map(({ bytes }) => bytes);
  return { archives, note: showBytes(sizes.reduce((total, bytes) => total + bytes, 0)) };
}

/** What init does, whatever is there of the cluster; a first start that was cut short is removed before. */
export async function prepareCluster(
  shop: Pick<RecreationContext, 'host' | 'plan' | 'signal' | 'logFile'>,
): Promise<void> {
  const { host, plan, signal, logFile } = shop;
  await removeRuins(host, { signal, logFile });
  const request = { size: plan.size, settings: plan.settings, signal };
  await applyPreparation(host, await planPreparation(host, request), { ...request, logFile, onDone: () => undefined });
}
