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

/** Scaled down and ended, and no pod left that could write: only then is a copy worth something. */
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
  const what = `Pods went on for ${String(quietWithinMs / 1000)} s after they were paused`;
  return new SparkDevError('TIMED_OUT', what, {
    why: `Still there: ${pods.join(', ')}`,
    fix: ['Delete them, and run it again'],
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

/** Each archive is compared with the files that it was made of, while these are still there. */
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

/** Of what is on the disk: it is synced before. */
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

/** What was saved is still what it was. */
export async function requireIntact({ archives }: RecreationContext, path: string): Promise<void> {
  const expected = archives[basename(path)];
  const found = await digestFile(path).catch(() => undefined);
  if (expected !== undefined && found?.sha256 === expected.sha256) return;
  throw new SparkDevError('RESTORE_DIFFERS', `What was saved in ${path} is not there any more`, {
    why:
      found === undefined
        ? 'The file is gone.'
        : `Its sha256 is ${found.sha256} (${showBytes(found.bytes)}), and it was ${expected?.sha256 ?? 'never noted'}.`,
    fix: ['Put the file back, then: spark-dev init --yes', 'Give the cluster up: spark-dev down --delete'],
    facts: { path },
  });
}
