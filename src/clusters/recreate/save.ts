import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { readDockerEnv } from '../minikube/provider.js';
import {
  compareArgv,
  getEverythingArgv,
  getOwnRightsArgv,
  getPodsArgv,
  getSecretsArgv,
  packArgv,
  saveImagesArgv,
} from './argv.js';
import { parseObjectList } from './objects.js';
import { readLong } from './observe.js';
import { optionsOf, type RecreationContext } from './context.js';
import type { Archives } from './record.js';
import { endArgv, listLivingPods, pauseArgv } from './workloads.js';
import { showBytes } from '../../text/sizes.js';

const quietWithinMs = 120_000;

/** Scaled down and ended, and no pod left that could write: only then is a copy worth something. */
export async function pauseWorkloads(shop: RecreationContext): Promise<string> {
  const { host, plan, session } = shop;
  for (const workload of plan.workloads) await host.runner.run(pauseArgv(session.kubectl, workload), optionsOf(shop));
  for (const mortal of plan.mortals) await host.runner.run(endArgv(session.kubectl, mortal), optionsOf(shop));
  const deadline = host.clock.now() + quietWithinMs;
  for (;;) {
    const pods = parseObjectList(await readLong(host, session, getPodsArgv(session.kubectl), optionsOf(shop)));
    const living = listLivingPods(pods, plan.namespaces);
    if (living.length === 0) return `${String(plan.workloads.length)} workloads`;
    if (host.clock.now() > deadline) {
      throw new SparkDevError(
        'TIMED_OUT',
        `Pods went on for ${String(quietWithinMs / 1000)} s after they were paused`,
        {
          why: `Still there: ${living.join(', ')}`,
          fix: ['Delete them, and run it again'],
          facts: { pods: living },
        },
      );
    }
    await host.clock.sleep(500, shop.signal);
  }
}

export async function saveObjects(shop: RecreationContext): Promise<void> {
  const { host, plan, folder, session } = shop;
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  const save = (argv: readonly string[], stdoutFile: string): Promise<unknown> =>
    host.runner.run(argv, { ...optionsOf(shop), stdoutFile });
  await save(getEverythingArgv(session.kubectl), folder.objects);
  await save(getOwnRightsArgv(session.kubectl), folder.ownRights);
  for (const namespace of plan.namespaces)
    await save(getSecretsArgv(session.kubectl, namespace), folder.secrets(namespace));
  for (const file of [folder.objects, folder.ownRights, ...plan.namespaces.map(folder.secrets)]) await digestFile(file);
}

/** Each archive is compared with the files that it was made of, while these are still there. */
export async function saveClaims(shop: RecreationContext): Promise<Archives> {
  const { host, plan, folder, node } = shop;
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  const archives: Record<string, Archives[string]> = {};
  for (const claim of plan.claims) {
    const file = folder.claim(claim);
    shop.shown.progress(`${claim.namespace}/${claim.name}`);
    await host.runner.run(packArgv(node, claim.path), { ...optionsOf(shop), stdoutFile: file });
    archives[file] = await digestFile(file);
    await host.runner.run(compareArgv(node, claim.path), { ...optionsOf(shop), stdinFile: file });
  }
  return archives;
}

export async function saveImages(shop: RecreationContext): Promise<Archives> {
  const { host, plan, folder, session } = shop;
  if (plan.images.length === 0) return {};
  const env = await readDockerEnv(host, session.cluster, optionsOf(shop));
  await host.runner.run(saveImagesArgv(plan.images, folder.images), { ...optionsOf(shop), env });
  return { [folder.images]: await digestFile(folder.images) };
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
export async function requireIntact(shop: RecreationContext, path: string): Promise<void> {
  const expected = shop.archives[path];
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

export async function removeSaved({ folder }: Pick<RecreationContext, 'folder'>): Promise<void> {
  await rm(folder.root, { recursive: true, force: true });
}
