import { mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { loadArgv } from '../../images/docker-argv.js';
import { applyInputArgv, applyRightsArgv, listInput } from '../../kube/kubectl.js';
import type { Argv } from '../../ports/runner.js';
import type { Step } from '../../steps/apply.js';
import { showBytes } from '../../text/sizes.js';
import { waitFor } from '../../time/wait-for.js';
import { removeRuins } from '../delete-cluster.js';
import { applyMinikube } from '../minikube/apply.js';
import { deleteArgv, type MinikubeProfile } from '../minikube/argv.js';
import { planMinikube } from '../minikube/plan.js';
import { keepProfile } from '../minikube/profile-config.js';
import { removeProfile } from '../minikube/remove-profile.js';
import { applyPreparation } from '../prepare/apply.js';
import { compareArgv, packArgv, restoreClaims, saveClaims, unpackArgv } from './claims.js';
import { restoreImages, saveImagesArgv, saveImages } from './images.js';
import { getAllArgv, listQuestions, readObjects } from './objects.js';
import {
  digestFile,
  type Archives,
  type RecreationContext,
  type RecreationStep,
  type RecreationTools,
} from './record.js';
import { pauseArgv, endArgv, wakeArgv, listLivingPods } from './workloads.js';
import { readRestored, compareAll } from './compare.js';

const quietWithinMs = 120_000;
const addonWithinMs = 120_000;

/** What a dry run prints, which leaves out a step without commands, and the code for it. */
export interface RecreationAct extends Step<RecreationStep> {
  /** Can be repeated after an interruption at any point; a returned text becomes the step's note. */
  readonly apply: (context: RecreationContext, progress: (note: string) => void) => Promise<unknown>;
}

/** In the order of `recreationSteps`. */
export function describeActs(tools: RecreationTools): readonly RecreationAct[] {
  const { plan, folder, cluster, kubectl } = tools;
  const { workloads, claims, images } = plan;
  const paths = claims.map(({ path }) => path);
  return [
    {
      id: 'pause',
      title: 'Pause the workloads in the cluster',
      why: 'nothing may write while files are copied',
      commands: [
        ...workloads.map((workload) => pauseArgv(kubectl, workload)),
        ...plan.mortals.map((mortal) => endArgv(kubectl, mortal)),
      ],
      async apply(context) {
        for (const argv of this.commands) await context.run(argv);
        await awaitQuiet(context);
        return `${String(workloads.length)} workloads`;
      },
    },
    {
      id: 'save-objects',
      title: 'Save the objects of our namespaces',
      why: `they are deleted with the cluster; saved as files in ${folder.root} that only you can read`,
      commands: listQuestions(tools, plan.namespaces).map(({ argv }) => argv),
      async apply({ run }) {
        await mkdir(folder.root, { recursive: true, mode: 0o700 });
        for (const { argv, file } of listQuestions(tools, plan.namespaces)) {
          await run(argv, { stdoutFile: file });
          await digestFile(file);
        }
      },
    },
    {
      id: 'save-claims',
      title: 'Save the files of the claims',
      why: `one archive each in ${folder.root}, then compared with the files in the cluster`,
      commands: paths.flatMap((path) => [packArgv(cluster, path), compareArgv(cluster, path)]),
      async apply(context, progress) {
        await saveClaims(context, progress);
        return sumUp(context.archives, claims.map(folder.claim));
      },
    },
    {
      id: 'save-images',
      title: 'Save the images',
      why: 'no registry has them',
      commands: images.length === 0 ? [] : [saveImagesArgv(tools)],
      async apply(context) {
        if (images.length > 0) await saveImages(context);
        return sumUp(context.archives, [folder.images]);
      },
    },
    {
      id: 'delete',
      title: 'Delete the cluster',
      why: 'its size is fixed when it is created',
      commands: [deleteArgv(cluster)],
      apply: ({ host, programs, options }) => removeProfile(host, programs, options),
    },
    {
      id: 'start',
      title: 'Start the new cluster',
      why: 'with the new size, as init does it',
      commands: tools.start,
      apply: prepareCluster,
    },
    {
      id: 'restore-images',
      title: 'Load the images',
      why: 'pods need them',
      commands: images.length === 0 ? [] : [loadArgv(folder.images)],
      apply: restoreImages,
    },
    {
      id: 'restore-objects',
      title: 'Restore the objects',
      why: 'without data specific to the old cluster; workloads stay paused',
      // init's manifests come last, so that the rights of an older version do not replace them
      commands: [
        applyInputArgv(kubectl),
        applyRightsArgv(kubectl, tools.rights),
        ...plan.settings.addons.map((addon) => enableAddonArgv(cluster, addon)),
      ],
      async apply(context) {
        const items = await readRestored(tools);
        await context.run(applyInputArgv(kubectl), { input: listInput(items) });
        await context.run(applyRightsArgv(kubectl, tools.rights));
        for (const addon of plan.settings.addons) await enableAddon(context, addon);
        return `${String(items.length)} objects`;
      },
    },
    {
      id: 'restore-claims',
      title: 'Restore the files of the claims',
      why: 'before any workload uses them',
      commands: paths.map((path) => unpackArgv(cluster, path)),
      apply: restoreClaims,
    },
    {
      id: 'verify',
      title: 'Compare the cluster with the saved data',
      why: 'files, objects, images and the size of the node',
      commands: paths.map((path) => compareArgv(cluster, path)),
      apply: compareAll,
    },
    {
      id: 'wake',
      title: 'Resume the paused workloads',
      why: 'with the same number of replicas as before',
      commands: workloads.map((workload) => wakeArgv(kubectl, workload)),
      async apply({ run }) {
        for (const argv of this.commands) await run(argv);
        return `${String(workloads.length)} workloads`;
      },
    },
    {
      id: 'tidy',
      title: 'Remove the saved files',
      why: 'the cluster has all the data',
      commands: [['rm', '--recursive', folder.root]],
      apply: () => rm(folder.root, { recursive: true, force: true }),
    },
  ];
}

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

function sumUp(archives: Archives, files: readonly string[]): string {
  return showBytes(files.reduce((total, file) => total + (archives[basename(file)]?.bytes ?? 0), 0));
}

/** Runs init in any state of the cluster; an interrupted first start is removed before. */
async function prepareCluster({ host, plan: { size, settings }, options }: RecreationContext): Promise<void> {
  const { signal, logFile } = options;
  await removeRuins(host, { signal, logFile });
  const request = { size, settings, signal };
  await applyPreparation(host, await planMinikube(host, request), {
    ...{ ...request, logFile },
    preparer: { plan: planMinikube, apply: applyMinikube, removeRuins, keep: (own) => keepProfile(own.directories) },
  });
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
