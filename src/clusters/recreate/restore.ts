import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { loadArgv } from '../../images/docker-argv.js';
import { applyInputArgv, applyRightsArgv, listInput } from '../../kube/kubectl.js';
import { imageIdArgv } from '../../images/docker-argv.js';
import { getNodesArgv, parseNodes } from '../../kube/kubectl.js';
import { parseMemoryMb } from '../../kube/quantity.js';
import { compareArgv, enableAddonArgv, getClaimsArgv, isContainer, listQuestions, unpackArgv } from './argv.js';
import { describeRestored, findPath, objectKey, parseObjectList, type RawObject } from './objects.js';
import { readLong } from './observe.js';
import type { RecreationContext, SavedClaim } from './record.js';
import { nodeOf, requireIntact } from './save.js';
import { wakeArgv } from './workloads.js';
import { waitFor } from '../../time/wait-for.js';
import { readDockerEnv } from '../minikube/profile.js';

const boundWithinMs = 60_000;
const answerWithinMs = 10_000;

export async function restoreImages(shop: RecreationContext): Promise<void> {
  const { host, plan, folder, cluster, options, run } = shop;
  if (plan.images.length === 0) return;
  await requireIntact(shop, folder.images);
  await run(loadArgv(folder.images), { env: await readDockerEnv(host, cluster, options) });
}

/** init's manifests come last, so that the rights of an older version do not replace them. */
export async function restoreObjects(shop: RecreationContext): Promise<string> {
  const { host, plan, kubectl, run } = shop;
  const items = await readRestored(shop);
  await run(applyInputArgv(kubectl), { input: listInput(items) });
  await run(applyRightsArgv(kubectl, join(host.directories.package, 'kustomize', 'rights')));
  for (const addon of plan.settings.addons) await enableAddon(shop, addon);
  return `${String(items.length)} objects`;
}

/** All saved objects to restore, including Secrets. */
async function readRestored({ plan, folder, kubectl }: RecreationContext): Promise<readonly RawObject[]> {
  const texts = await Promise.all(listQuestions(kubectl, plan, folder).map(({ file }) => readFile(file, 'utf8')));
  return describeRestored(texts.flatMap(parseObjectList), plan.namespaces);
}

/** An addon may need images from a registry; the cluster is complete without it. */
async function enableAddon({ host, cluster, run }: RecreationContext, addon: string): Promise<void> {
  try {
    await run(enableAddonArgv(cluster, addon), { timeoutMs: 120_000 });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code === 'INTERRUPTED') throw error;
    host.ui.warn(`The addon ${addon} could not be enabled again: ${error.why ?? error.what}`);
  }
}

export async function restoreClaims(shop: RecreationContext): Promise<void> {
  for (const { claim, path } of await awaitClaims(shop)) {
    shop.progress(`${claim.namespace}/${claim.name}`);
    const file = shop.folder.claim(claim);
    await requireIntact(shop, file);
    await shop.run(unpackArgv(nodeOf(shop), path), { stdinFile: file });
  }
}

/** Waits until all claims are bound; returns their directories in the new cluster. */
async function awaitClaims({
  host,
  plan,
  kubectl,
  options,
}: RecreationContext): Promise<readonly { readonly claim: SavedClaim; readonly path: string }[]> {
  const listBound = async (): Promise<readonly { readonly claim: SavedClaim; readonly path: string }[]> => {
    const objects = parseObjectList(await readLong(host, getClaimsArgv(kubectl), options));
    return plan.claims.flatMap((claim) => {
      const path = findClaimPath(claim, objects);
      return path === undefined ? [] : [{ claim, path }];
    });
  };
  const limits = { everyMs: 500, timeoutMs: boundWithinMs, signal: options.signal };
  const bound = await waitFor(host.clock, listBound, {
    until: ({ length }) => length === plan.claims.length,
    ...limits,
  });
  const open = plan.claims.filter((claim) => bound.every((one) => one.claim !== claim));
  if (open.length === 0) return bound;
  throw new SparkDevError('TIMED_OUT', `Claims were not bound within ${String(boundWithinMs / 1000)} s`, {
    why: open.map(({ namespace, name }) => `${namespace}/${name}`).join(', '),
    fix: ['kubectl --context spark-dev get pvc --all-namespaces', 'spark-dev init --yes   # continues from here'],
  });
}

function findClaimPath({ namespace, name }: SavedClaim, objects: readonly RawObject[]): string | undefined {
  const key = `persistentvolumeclaim/${namespace}/${name}`;
  const claim = objects.find((one) => objectKey(one) === key);
  return claim === undefined ? undefined : findPath(claim, objects);
}

export async function wakeWorkloads({ plan, kubectl, run }: RecreationContext): Promise<string> {
  for (const workload of plan.workloads) await run(wakeArgv(kubectl, workload));
  return `${String(plan.workloads.length)} workloads`;
}

/** Compares the new cluster with the saved data; a single error lists every difference. */
export async function verifyRestored(shop: RecreationContext): Promise<string> {
  const differences = [
    ...(await compareFiles(shop)),
    ...(await compareObjects(shop)),
    ...(await compareImages(shop)),
    ...(await compareSize(shop)),
  ];
  if (differences.length === 0) return 'files, objects, images and size are correct';
  throw new SparkDevError('RESTORE_DIFFERS', 'The restored data does not match the saved data', {
    why: differences.join('\n'),
    fix: ['Restore it again: spark-dev init --yes', `The saved data is kept in ${shop.folder.root}`],
    facts: { differences },
  });
}

async function compareFiles(shop: RecreationContext): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const { claim, path } of await awaitClaims(shop)) {
    const options = { stdinFile: shop.folder.claim(claim), accept: [1] };
    const { exitCode, stdout } = await shop.run(compareArgv(nodeOf(shop), path), options);
    if (exitCode !== 0) differences.push(`files of ${claim.namespace}/${claim.name}: ${stdout.slice(0, 500)}`);
  }
  return differences;
}

async function compareObjects(shop: RecreationContext): Promise<readonly string[]> {
  const { host, plan, folder, kubectl, options } = shop;
  const found = new Set<string>();
  for (const { argv } of listQuestions(kubectl, plan, folder))
    for (const object of parseObjectList(await readLong(host, argv, options))) found.add(objectKey(object));
  const missing = (await readRestored(shop)).map(objectKey).filter((name) => !found.has(name));
  return missing.map((name) => `missing: ${name}`);
}

async function compareImages({ host, plan, cluster, options, run }: RecreationContext): Promise<readonly string[]> {
  if (plan.images.length === 0) return [];
  const env = await readDockerEnv(host, cluster, options);
  const missing: string[] = [];
  for (const image of plan.images) {
    const { exitCode } = await run(imageIdArgv(image), { env, accept: [1] });
    if (exitCode !== 0) missing.push(`missing: image ${image}`);
  }
  return missing;
}

/** The container's limit counts; the node must not offer more. */
async function compareSize(shop: RecreationContext): Promise<readonly string[]> {
  const wanted = shop.plan.size;
  const answer = await shop.run(getNodesArgv(shop.kubectl, answerWithinMs));
  const promisedMb = parseMemoryMb(parseNodes(answer.stdout)[0]?.allocatableMemory ?? '0');
  const tooMuch =
    promisedMb > wanted.memoryMb
      ? [`the node offers ${String(promisedMb)} MB instead of ${String(wanted.memoryMb)}`]
      : [];
  const { driver, profile } = nodeOf(shop);
  if (!isContainer({ driver })) return tooMuch;
  const format = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}';
  const { stdout } = await shop.run([driver, 'inspect', '--format', format, profile]);
  const [nanoCpus = 0, bytes = 0] = stdout.split(' ').map(Number);
  const [cpus, memoryMb] = [nanoCpus / 1e9, bytes / 1024 ** 2];
  if (cpus === wanted.cpus && memoryMb === wanted.memoryMb) return tooMuch;
  return [...tooMuch, `the container has ${String(cpus)} CPUs and ${String(memoryMb)} MB`];
}
