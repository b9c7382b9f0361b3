import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { loadArgv } from '../../images/docker-argv.js';
import { applyInputArgv, applyRightsArgv, listInput } from '../../kube/kubectl.js';
import { readDockerEnv } from '../minikube/provider.js';
import { enableAddonArgv, getClaimsArgv, unpackArgv } from './argv.js';
import { findPath, type SavedClaim } from './claims.js';
import { describeRestored, parseObjectList, type KubeObject } from './objects.js';
import { readLong } from './observe.js';
import { requireIntact } from './save.js';
import { optionsOf, type RecreationContext } from './context.js';
import { wakeArgv } from './workloads.js';

const boundWithinMs = 60_000;

export async function restoreImages(shop: RecreationContext): Promise<void> {
  const { host, plan, folder, session } = shop;
  if (plan.images.length === 0) return;
  await requireIntact(shop, folder.images);
  const env = await readDockerEnv(host, session.cluster, optionsOf(shop));
  await host.runner.run(loadArgv(folder.images), { ...optionsOf(shop), env });
}

/** What init writes for jobs comes last, so that an older version's rights do not win. */
export async function restoreObjects(shop: RecreationContext): Promise<string> {
  const { host, plan, session } = shop;
  const restored = await readRestored(shop);
  await host.runner.run(applyInputArgv(session.kubectl), { ...optionsOf(shop), input: listInput(restored) });
  const rights = join(host.directories.package, 'kustomize', 'rights');
  await host.runner.run(applyRightsArgv(session.kubectl, rights), optionsOf(shop));
  for (const addon of plan.settings.addons) await enableAddon(shop, addon);
  return `${String(restored.length)} objects`;
}

/** All that was saved and is to be put back, Secrets too. */
export async function readRestored({ plan, folder }: RecreationContext): Promise<readonly KubeObject[]> {
  const files = [folder.objects, folder.ownRights, ...plan.namespaces.map(folder.secrets)];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return describeRestored(texts.flatMap(parseObjectList), plan.namespaces);
}

/** An addon may want images that only a registry has; the cluster is whole without it. */
async function enableAddon(shop: RecreationContext, addon: string): Promise<void> {
  const { host, session } = shop;
  try {
    await host.runner.run(enableAddonArgv(session.cluster, addon), { ...optionsOf(shop), timeoutMs: 120_000 });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code === 'INTERRUPTED') throw error;
    host.ui.warn(`The addon ${addon} could not be enabled again: ${error.why ?? error.what}`);
  }
}

export async function restoreClaims(shop: RecreationContext): Promise<void> {
  const { host, plan, folder, node } = shop;
  const paths = await awaitClaims(shop);
  for (const [index, claim] of plan.claims.entries()) {
    shop.shown.progress(`${claim.namespace}/${claim.name}`);
    const file = folder.claim(claim);
    await requireIntact(shop, file);
    await host.runner.run(unpackArgv(node, paths[index] ?? ''), { ...optionsOf(shop), stdinFile: file });
  }
}

/** The directory of each claim in the new cluster, as soon as all are bound. */
export async function awaitClaims(shop: RecreationContext): Promise<readonly string[]> {
  const { host, plan, session } = shop;
  const deadline = host.clock.now() + boundWithinMs;
  for (;;) {
    const objects = parseObjectList(await readLong(host, session, getClaimsArgv(session.kubectl), optionsOf(shop)));
    const paths = plan.claims.map((claim) => findClaimPath(claim, objects));
    const open = plan.claims.filter((_claim, index) => paths[index] === undefined);
    if (open.length === 0) return paths.flatMap((path) => (path === undefined ? [] : [path]));
    if (host.clock.now() > deadline) {
      throw new SparkDevError('TIMED_OUT', `Claims were not bound within ${String(boundWithinMs / 1000)} s`, {
        why: open.map(({ namespace, name }) => `${namespace}/${name}`).join(', '),
        fix: ['kubectl --context spark-dev get pvc --all-namespaces', 'spark-dev init --yes   # goes on from here'],
      });
    }
    await host.clock.sleep(500, shop.signal);
  }
}

function findClaimPath({ namespace, name }: SavedClaim, objects: readonly KubeObject[]): string | undefined {
  const claim = objects.find(
    ({ kind, metadata }) =>
      kind === 'PersistentVolumeClaim' && metadata.name === name && metadata.namespace === namespace,
  );
  return claim === undefined ? undefined : findPath(claim, objects);
}

export async function wakeWorkloads(shop: RecreationContext): Promise<string> {
  const { host, plan, session } = shop;
  for (const workload of plan.workloads) await host.runner.run(wakeArgv(session.kubectl, workload), optionsOf(shop));
  return `${String(plan.workloads.length)} workloads`;
}
