import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { compareArgv, getPodsArgv, listQuestions, packArgv, saveImagesArgv } from './argv.js';
import { parseObjectList } from './objects.js';
import { readLong } from './observe.js';
import type { Archives, RecreationContext } from './record.js';
import { endArgv, listLivingPods, pauseArgv } from './workloads.js';
import { showBytes } from '../../text/sizes.js';
import { waitFor } from '../../time/wait-for.js';
import { readDockerEnv } from '../minikube/profile.js';

const quietWithinMs = 120_000;

/** Scales down and waits until no pod can write: only then is a copy consistent. */
export async function pauseWorkloads({ host, plan, kubectl, options, run }: RecreationContext): Promise<string> {
  for (const workload of plan.workloads) await run(pauseArgv(kubectl, workload));
  for (const mortal of plan.mortals) await run(endArgv(kubectl, mortal));
  const listLiving = async (): Promise<readonly string[]> =>
    listLivingPods(parseObjectList(await readLong(host, getPodsArgv(kubectl), options)), plan.namespaces);
  const limits = { everyMs: 500, timeoutMs: quietWithinMs, signal: options.signal };
  const living = await waitFor(host.clock, listLiving, { until: ({ length }) => length === 0, ...limits });
  if (living.length > 0) throw stillAlive(living);
  return `${String(plan.workloads.length)} workloads`;
}

function stillAlive(pods: readonly string[]): SparkDevError {
  const what = `Pods were still running ${String(quietWithinMs / 1000)} s after the pause`;
  return new SparkDevError('TIMED_OUT', what, {
    why: `Still running: ${pods.join(', ')}`,
    fix: ['Delete them and run the command again'],
    facts: { pods },
  });
}

export async function saveObjects({ plan, folder, kubectl, run }: RecreationContext): Promise<void> {
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  for (const { argv, file } of listQuestions(kubectl, plan, folder)) {
    await run(argv, { stdoutFile: file });
    await digestFile(file);
  }
}

/** Compares each archive with its source files while they still exist. */
export async function saveClaims(shop: RecreationContext): Promise<string> {
  const { plan, folder, archives, run } = shop;
  const node = nodeOf(shop);
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  for (const claim of plan.claims) {
    const file = folder.claim(claim);
    shop.progress(`${claim.namespace}/${claim.name}`);
    await run(packArgv(node, claim.path), { stdoutFile: file });
    archives[basename(file)] = await digestFile(file);
    await run(compareArgv(node, claim.path), { stdinFile: file });
  }
  return sumUp(archives, plan.claims.map(folder.claim));
}

export async function saveImages({
  host,
  plan,
  folder,
  archives,
  cluster,
  options,
  run,
}: RecreationContext): Promise<string> {
  if (plan.images.length > 0) {
    const env = await readDockerEnv(host, cluster, options);
    await run(saveImagesArgv(plan.images, folder.images), { env });
    archives[basename(folder.images)] = await digestFile(folder.images);
  }
  return sumUp(archives, [folder.images]);
}

function sumUp(archives: Archives, files: readonly string[]): string {
  return showBytes(files.reduce((total, file) => total + (archives[basename(file)]?.bytes ?? 0), 0));
}

export function nodeOf({
  cluster,
  plan,
}: RecreationContext): RecreationContext['cluster'] & { readonly driver: string } {
  return { ...cluster, driver: plan.settings.driver };
}

/** The digest of the data on disk: syncs first. */
async function digestFile(path: string): Promise<Archives[string]> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Checks that the saved file is unchanged. */
export async function requireIntact({ archives }: RecreationContext, path: string): Promise<void> {
  const expected = archives[basename(path)];
  const found = await digestFile(path).catch(() => undefined);
  if (expected !== undefined && found?.sha256 === expected.sha256) return;
  throw new SparkDevError('RESTORE_DIFFERS', `The saved file ${path} is missing or was changed`, {
    why:
      found === undefined
        ? 'The file is missing.'
        : `Its sha256 is ${found.sha256} (${showBytes(found.bytes)}), expected: ${expected?.sha256 ?? 'never recorded'}.`,
    fix: ['Restore the file, then: spark-dev init --yes', 'Delete the cluster: spark-dev down --delete'],
    facts: { path },
  });
}
