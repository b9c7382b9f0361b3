import { mkdir, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { showBytes } from '../../text/sizes.js';
import { waitFor } from '../../time/wait-for.js';
import { readDockerEnv } from '../minikube/profile.js';
import { nameOf, endArgv, listLivingPods, pauseArgv } from './objects.js';
import { readObjects } from './observe.js';
import {
  type Archives,
  type RecreationActs,
  type RecreationContext,
  compareArgv,
  getAllArgv,
  listQuestions,
  packArgv,
} from './record.js';
import { sumOf } from '../../files/paths.js';

const quietWithinMs = 120_000;

/** What happens to the old cluster before it is deleted. */
export const savingActs: RecreationActs<'pause' | 'save-objects' | 'save-claims' | 'save-images'> = {
  pause: {
    title: 'Pause the workloads in the cluster',
    why: () => 'nothing may write while files are copied',
    commands: ({ plan, kubectl }) => [
      ...plan.workloads.map((workload) => pauseArgv(kubectl, workload)),
      ...plan.mortals.map((mortal) => endArgv(kubectl, mortal)),
    ],
    async apply(context, { commands }) {
      for (const argv of commands) await context.run(argv);
      await awaitQuiet(context);
      return `${String(context.plan.workloads.length)} workloads`;
    },
  },
  'save-objects': {
    title: 'Save the objects of our namespaces',
    why: (folder) => `they are deleted with the cluster; saved as files in ${folder} that only you can read`,
    commands: (tools) => listQuestions(tools).map(({ argv }) => argv),
    async apply(context) {
      await makeFolder(context);
      for (const { argv, file } of listQuestions(context)) {
        await context.run(argv, { stdoutFile: file });
        await digestFile(file);
      }
    },
  },
  'save-claims': {
    title: 'Save the files of the claims',
    why: (folder) => `one archive each in ${folder}, then compared with the files in the cluster`,
    commands: ({ plan, cluster }) =>
      plan.claims.flatMap(({ path }) => [packArgv(cluster, path), compareArgv(cluster, path)]),
    async apply(context, { progress }) {
      const { plan, folder, archives, cluster, run } = context;
      await makeFolder(context);
      for (const claim of plan.claims) {
        const file = folder.claim(claim);
        progress(nameOf(claim));
        await run(packArgv(cluster, claim.path), { stdoutFile: file });
        archives[basename(file)] = await digestFile(file);
        // while its source files still exist
        await run(compareArgv(cluster, claim.path), { stdinFile: file });
      }
      return sumUp(archives, plan.claims.map(folder.claim));
    },
  },
  'save-images': {
    title: 'Save the images',
    why: () => 'no registry has them',
    commands: ({ plan: { images }, folder }) =>
      images.length === 0 ? [] : [['docker', 'save', '--output', folder.images, ...images]],
    async apply({ host, folder, archives, cluster, options, run }, { commands }) {
      for (const argv of commands) {
        await run(argv, { env: await readDockerEnv(host, cluster, options) });
        archives[basename(folder.images)] = await digestFile(folder.images);
      }
      return sumUp(archives, [folder.images]);
    },
  },
};

/** Waits until no pod can write: only then is a copy consistent. */
async function awaitQuiet({ host, plan, kubectl, options }: RecreationContext): Promise<void> {
  const listLiving = async (): Promise<readonly string[]> =>
    listLivingPods(await readObjects(host, getAllArgv(kubectl, 'pods'), options), plan.namespaces);
  const limits = { everyMs: 500, timeoutMs: quietWithinMs, signal: options.signal };
  const pods = await waitFor(host.clock, listLiving, { until: ({ length }) => length === 0, ...limits });
  if (pods.length === 0) return;
  throw new SparkDevError('TIMED_OUT', `Pods were still running ${String(quietWithinMs / 1000)} s after the pause`, {
    why: `Still running: ${pods.join(', ')}`,
    fix: ['Delete them and run the command again'],
    facts: { pods },
  });
}

async function makeFolder({ folder }: RecreationContext): Promise<void> {
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
}

function sumUp(archives: Archives, files: readonly string[]): string {
  return showBytes(files.reduce((total, file) => total + (archives[basename(file)]?.bytes ?? 0), 0));
}

/** The digest of the data on disk: syncs first. */
async function digestFile(path: string): Promise<Archives[string]> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return { sha256: await sumOf(path), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
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
