import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { loadArgv } from '../../images/docker-argv.js';
import { applyInputArgv, applyRightsArgv, listInput } from '../../kube/kubectl.js';
import { imageIdArgv } from '../../images/docker-argv.js';
import { getNodesArgv, parseNodes } from '../../kube/kubectl.js';
import { parseMemoryMb } from '../../kube/quantity.js';
import { compareArgv, enableAddonArgv, getClaimsArgv, isContainer, listQuestions, unpackArgv } from './argv.js';
import { describeRestored, findPath, nameOf, parseObjectList, type KubeObject } from './objects.js';
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

/** What init writes for jobs comes last, so that an older version's rights do not win. */
export async function restoreObjects(shop: RecreationContext): Promise<string> {
  const { host, plan, kubectl, run } = shop;
  const items = await readRestored(shop);
  await run(applyInputArgv(kubectl), { input: listInput(items) });
  await run(applyRightsArgv(kubectl, join(host.directories.package, 'kustomize', 'rights')));
  for (const addon of plan.settings.addons) await enableAddon(shop, addon);
  return `${String(items.length)} objects`;
}

/** All that was saved and is to be put back, Secrets too. */
async function readRestored({ plan, folder, kubectl }: RecreationContext): Promise<readonly KubeObject[]> {
  const texts = await Promise.all(listQuestions(kubectl, plan, folder).map(({ file }) => readFile(file, 'utf8')));
  return describeRestored(texts.flatMap(parseObjectList), plan.namespaces);
}

/** An addon may want images that only a registry has; the cluster is whole without it. */
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

/** The directory of each claim in the new cluster, as soon as all are bound. */
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
    fix: ['kubectl --context spark-dev get pvc --all-namespaces', 'spark-dev init --yes   # goes on from here'],
  });
}

function findClaimPath({ namespace, name }: SavedClaim, objects: readonly KubeObject[]): string | undefined {
  const key = `persistentvolumeclaim/${namespace}/${name}`;
  const claim = objects.find((one) => nameOf(one) === key);
  return claim === undefined ? undefined : findPath(claim, objects);
}

export async function wakeWorkloads({ plan, kubectl, run }: RecreationContext): Promise<string> {
  for (const workload of plan.workloads) await run(wakeArgv(kubectl, workload));
  return `${String(plan.workloads.length)} workloads`;
}

/** Looks in the new cluster for all that was saved; the one error names everything that differs. */
export async function verifyRestored(shop: RecreationContext): Promise<string> {
  const differences = [
    ...(await compareFiles(shop)),
    ...(await compareObjects(shop)),
    ...(await compareImages(shop)),
    ...(await compareSize(shop)),
  ];
  if (differences.length === 0) return 'files, objects, images and size as they should be';
  throw new SparkDevError('RESTORE_DIFFERS', 'The new cluster is not what was saved', {
    why: differences.join('\n'),
    fix: ['Put it back once more: spark-dev init --yes', `What was saved is kept in ${shop.folder.root}`],
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
    for (const object of parseObjectList(await readLong(host, argv, options))) found.add(nameOf(object));
  const missing = (await readRestored(shop)).map(nameOf).filter((name) => !found.has(name));
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

/** The container's limit is what counts for a container; the node must not promise more. */
async function compareSize(shop: RecreationContext): Promise<readonly string[]> {
  const wanted = shop.plan.size;
  const answer = await shop.run(getNodesArgv(shop.kubectl, answerWithinMs));
  const promisedMb = parseMemoryMb(parseNodes(answer.stdout)[0]?.allocatableMemory ?? '0');
  const tooMuch =
    promisedMb > wanted.memoryMb
      ? [`the node promises ${String(promisedMb)} MB, and it was to have ${String(wanted.memoryMb)}`]
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
