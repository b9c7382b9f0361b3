import { readFile } from 'node:fs/promises';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { loadArgv } from '../../images/docker-argv.js';
import { findImageId } from '../../images/observed-image.js';
import { applyInputArgv, applyRightsArgv, getNodesArgv, listInput, parseNodes } from '../../kube/kubectl.js';
import { waitFor } from '../../time/wait-for.js';
import { readDockerEnv } from '../minikube/profile.js';
import { describeRestored, findPath, nameOf, objectKey, parseObjectList, type RawObject, wakeArgv } from './objects.js';
import { readObjects } from './observe.js';
import type { Argv } from '../../ports/runner.js';
import type { MinikubeProfile } from '../minikube/argv.js';
import {
  type RecreationActs,
  type RecreationContext,
  type SavedClaim,
  compareArgv,
  getAllArgv,
  isContainer,
  listQuestions,
  unpackArgv,
} from './record.js';
import { requireIntact } from './save.js';
import { parseMemoryMb } from '../../kube/resources.js';

const boundWithinMs = 60_000;
const answerWithinMs = 10_000;
const addonWithinMs = 120_000;

/** What happens to the new cluster once it runs. */
export const restoringActs: RecreationActs<
  'restore-images' | 'restore-objects' | 'restore-claims' | 'verify' | 'wake'
> = {
  'restore-images': {
    title: 'Load the images',
    why: () => 'pods need them',
    commands: ({ plan, folder }) => (plan.images.length === 0 ? [] : [loadArgv(folder.images)]),
    async apply(context, { commands }) {
      const { host, folder, cluster, options, run } = context;
      for (const argv of commands) {
        await requireIntact(context, folder.images);
        await run(argv, { env: await readDockerEnv(host, cluster, options) });
      }
    },
  },
  'restore-objects': {
    title: 'Restore the objects',
    why: () => 'without data specific to the old cluster; workloads stay paused',
    // init's manifests come last, so that the rights of an older version do not replace them
    commands: ({ plan, kubectl, cluster, rights }) => [
      applyInputArgv(kubectl),
      applyRightsArgv(kubectl, rights),
      ...plan.settings.addons.map((addon) => enableAddonArgv(cluster, addon)),
    ],
    async apply(context) {
      const { plan, kubectl, rights, run } = context;
      const items = await readRestored(context);
      await run(applyInputArgv(kubectl), { input: listInput(items) });
      await run(applyRightsArgv(kubectl, rights));
      for (const addon of plan.settings.addons) await enableAddon(context, addon);
      return `${String(items.length)} objects`;
    },
  },
  'restore-claims': {
    title: 'Restore the files of the claims',
    why: () => 'before any workload uses them',
    commands: ({ plan, cluster }) => plan.claims.map(({ path }) => unpackArgv(cluster, path)),
    async apply(context, { progress }) {
      for (const claim of await awaitClaims(context)) {
        progress(nameOf(claim));
        const file = context.folder.claim(claim);
        await requireIntact(context, file);
        await context.run(unpackArgv(context.cluster, claim.path), { stdinFile: file });
      }
    },
  },
  verify: {
    title: 'Compare the cluster with the saved data',
    why: () => 'files, objects, images and the size of the node',
    commands: ({ plan, cluster }) => plan.claims.map(({ path }) => compareArgv(cluster, path)),
    /** A single error lists every difference. */
    async apply(context) {
      const differences = [
        ...(await compareFiles(context)),
        ...(await compareObjects(context)),
        ...(await compareImages(context)),
        ...(await compareSize(context)),
      ];
      if (differences.length === 0) return 'files, objects, images and size are correct';
      throw new SparkDevError('RESTORE_DIFFERS', 'The restored data does not match the saved data', {
        why: differences.join('\n'),
        fix: ['Restore it again: spark-dev init --yes', `The saved data is kept in ${context.folder.root}`],
        facts: { differences },
      });
    },
  },
  wake: {
    title: 'Resume the paused workloads',
    why: () => 'with the same number of replicas as before',
    commands: ({ plan, kubectl }) => plan.workloads.map((workload) => wakeArgv(kubectl, workload)),
    async apply({ plan, run }, { commands }) {
      for (const argv of commands) await run(argv);
      return `${String(plan.workloads.length)} workloads`;
    },
  },
};

/** All saved objects to restore, including Secrets. */
async function readRestored(context: RecreationContext): Promise<readonly RawObject[]> {
  const texts = await Promise.all(listQuestions(context).map(({ file }) => readFile(file, 'utf8')));
  return describeRestored(texts.flatMap(parseObjectList), context.plan.namespaces);
}

function enableAddonArgv({ minikube, profile }: MinikubeProfile, addon: string): Argv {
  return [minikube, 'addons', 'enable', addon, '--profile', profile];
}

/** An addon may need images from a registry; the cluster is complete without it. */
async function enableAddon({ host, cluster, run }: RecreationContext, addon: string): Promise<void> {
  try {
    await run(enableAddonArgv(cluster, addon), { timeoutMs: addonWithinMs });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code === 'INTERRUPTED') throw error;
    host.ui.warn(`The addon ${addon} could not be enabled again: ${error.why ?? error.what}`);
  }
}

/** Waits until all claims are bound; returns them with their directories in the new cluster. */
async function awaitClaims({ host, plan, kubectl, options }: RecreationContext): Promise<readonly SavedClaim[]> {
  const what = 'persistentvolumeclaims,persistentvolumes';
  const listBound = async (): Promise<readonly SavedClaim[]> => {
    const objects = await readObjects(host, getAllArgv(kubectl, what), options);
    return plan.claims.flatMap((claim) => {
      const path = findPath(`persistentvolumeclaim/${nameOf(claim)}`, objects);
      return path === undefined ? [] : [{ ...claim, path }];
    });
  };
  const bound = await waitFor(host.clock, listBound, {
    until: ({ length }) => length === plan.claims.length,
    ...{ everyMs: 500, timeoutMs: boundWithinMs, signal: options.signal },
  });
  const names = bound.map(nameOf);
  const open = plan.claims.map(nameOf).filter((name) => !names.includes(name));
  if (open.length === 0) return bound;
  throw new SparkDevError('TIMED_OUT', `Claims were not bound within ${String(boundWithinMs / 1000)} s`, {
    why: open.join(', '),
    fix: ['kubectl --context spark-dev get pvc --all-namespaces', 'spark-dev init --yes   # continues from here'],
  });
}

async function compareFiles(context: RecreationContext): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const claim of await awaitClaims(context)) {
    const options = { stdinFile: context.folder.claim(claim), accept: [1] };
    const { exitCode, stdout } = await context.run(compareArgv(context.cluster, claim.path), options);
    if (exitCode !== 0) differences.push(`files of ${nameOf(claim)}: ${stdout.slice(0, 500)}`);
  }
  return differences;
}

async function compareObjects(context: RecreationContext): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { argv } of listQuestions(context))
    for (const object of await readObjects(context.host, argv, context.options)) found.add(objectKey(object));
  const missing = (await readRestored(context)).map(objectKey).filter((name) => !found.has(name));
  return missing.map((name) => `missing: ${name}`);
}

async function compareImages({ host, plan, cluster, options }: RecreationContext): Promise<readonly string[]> {
  if (plan.images.length === 0) return [];
  const env = await readDockerEnv(host, cluster, options);
  const missing: string[] = [];
  for (const image of plan.images) {
    if ((await findImageId(host, image, { ...options, env })) === undefined) missing.push(`missing: image ${image}`);
  }
  return missing;
}

/** The container's limit counts; the node must not offer more. */
async function compareSize({ plan: { size }, kubectl, cluster, run }: RecreationContext): Promise<readonly string[]> {
  const answer = await run(getNodesArgv(kubectl, answerWithinMs));
  const promisedMb = parseMemoryMb(parseNodes(answer.stdout)[0]?.allocatableMemory ?? '0');
  const tooMuch =
    promisedMb > size.memoryMb ? [`the node offers ${String(promisedMb)} MB instead of ${String(size.memoryMb)}`] : [];
  if (!isContainer(cluster)) return tooMuch;
  const format = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}';
  const { stdout } = await run([cluster.driver, 'inspect', '--format', format, cluster.profile]);
  const [nanoCpus = 0, bytes = 0] = stdout.split(' ').map(Number);
  const [cpus, memoryMb] = [nanoCpus / 1e9, bytes / 1024 ** 2];
  if (cpus === size.cpus && memoryMb === size.memoryMb) return tooMuch;
  return [...tooMuch, `the container has ${String(cpus)} CPUs and ${String(memoryMb)} MB`];
}
