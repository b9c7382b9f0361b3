import { once } from 'node:events';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { BuiltApplication } from '../../../job/build.js';
import { runKubectl } from '../../../kube/kubectl.js';
import { runLabel, runSelector } from '../../../kube/labels.js';
import { readPodProgram } from '../../../kube/pods.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Host } from '../../../ports/host.js';
import { inRunFolder, newRun, type RunIdentity } from '../../../runs/run-folder.js';
import { noteStandby } from '../../../runs/standby.js';
import { awaitPods, type PodLook } from '../../../services/await-pods.js';
import { serviceContainer } from '../../../services/submit/observe-service.js';
import { execArgv, scriptWords, stageFiles, unpackInPodArgv } from '../../../services/submit/pod-process.js';
import { viewPod } from '../../../spark/outcome.js';
import { inStep } from '../../../steps/apply.js';
import { waitFor } from '../../../time/wait-for.js';
import { removeRun } from '../../clean-up.js';
import { writeRunFiles } from '../../run-files.js';
import type { ClusterRun, DevPod } from '../launcher.js';
import { layInPackages } from '../packages.js';
import { devPodName, planDevFiles } from './dev-files.js';
import { startSkaffold } from './dev-skaffold.js';
import { forgetTree, layTree, listTree, renderManifest, stampName, treeFolder } from './dev-tree.js';

const syncedWithinS = 3;
const startedWithinMs = 60_000;
const checkedWithinMs = 20_000;

type Open = ReturnType<typeof startSkaffold> & { readonly project: string };

/**
 * It begins with the first update. A live run without a program, so that its objects are found by label; its folder is Skaffold's
 * project. The signal ends it, not that of a run. `onRebuild` is called before the drivers in the pod end.
 */
export function openDevPod(
  host: Host,
  name: string,
  signal: AbortSignal,
  onRebuild: (at: NamespaceSession) => Promise<unknown>,
): DevPod {
  const session = newRun(host, name);
  const { runId, folder } = session;
  const over = new AbortController();
  const live = holdOpen(host, session, over.signal);
  let open: Open | undefined;
  let cluster: ClusterRun['cluster'] | undefined;
  let now: DevPod['now'];
  let seen: string | undefined;

  const shut = async (): Promise<void> => {
    await open?.stop();
    open = undefined;
    now = undefined;
    if (cluster !== undefined) await removeRun(host, cluster, runId);
  };

  const look = async (run: ClusterRun): Promise<void> => {
    const pod = await awaitPod(run, runId, seen);
    seen = keyOf(pod);
    now = readDevPod(pod, runId);
  };

  const build = async (run: ClusterRun, project: Readonly<Record<string, string>>): Promise<void> =>
    inStep(run.host, 'Build and deploy with Skaffold', async (step) => {
      const isFirst = open === undefined;
      if (open === undefined) {
        ({ cluster } = run);
        await writeRunFiles(folder, { generated: project, copied: [] });
        open = { ...startSkaffold(host, run, session, signal), project: JSON.stringify(project) };
        seen = undefined;
      } else {
        await onRebuild(run);
      }
      await open.deployed(isFirst, step.progress, run.signal);
      await look(run);
      const limits = { everyMs: 200, timeoutMs: startedWithinMs, signal: run.signal };
      const ready = (): Promise<boolean> => hasTree(run, session, syncedWithinS).catch(() => false);
      if (!(await waitFor(host.clock, ready, { until: Boolean, ...limits })))
        throw new SparkDevError('BUILD_FAILED', 'The pod does not have the application that was built', {
          fix: ['Save again', 'spark-dev status'],
          log: join(folder, 'skaffold.log'),
        });
    });

  const update = async (run: ClusterRun, built: BuiltApplication): ReturnType<DevPod['update']> => {
    const job = { ...(await layInPackages(run)), pyFiles: built.pyFiles };
    const { project, image } = await planDevFiles(run, session, job, built.main, run.fit.job);
    await live.begin();
    // nothing else of a pod than its image can change
    if (open?.hasEnded() === true || open?.project !== JSON.stringify(project)) await shut();
    const change = await layTree(folder, image);
    if (open !== undefined && change !== 'rebuilt') {
      if (change === 'synced') open.press();
      const tries = [
        () => hasTree(run, session, change === 'synced' ? syncedWithinS : 0),
        // a sync that failed is forgotten, and a container that was started again has the files of its image
        async () => {
          await repair(run, session);
          return hasTree(run, session, 0);
        },
      ];
      for (const [index, attempt] of tries.entries()) {
        const isThere = await attempt().catch((error: unknown) => {
          run.signal.throwIfAborted();
          if (!(error instanceof SparkDevError)) throw error;
          return false;
        });
        if (isThere) return index === 0 ? change : 'synced';
      }
      await shut();
    }
    await build(run, project).catch(async (error: unknown) => {
      await forgetTree(folder);
      throw error;
    });
    return 'rebuilt';
  };
  return {
    get now() {
      return now;
    },
    update,
    async close() {
      await shut();
      over.abort();
      await live.ended();
    },
  };
}

/** A live run while it is needed, with no program that anybody could ask for. */
function holdOpen(host: Host, session: RunIdentity, over: AbortSignal) {
  let ended: Promise<void> = Promise.resolve();
  const begin = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ended = inRunFolder(host, session.runId, async () => {
        await noteStandby(host, session, { place: 'dev', fingerprint: '', facts: {} });
        resolve();
        if (!over.aborted) await once(over, 'abort');
      });
      ended.catch(reject);
    });
  let begun: Promise<void> | undefined;
  return { begin: () => (begun ??= begin()), ended: () => ended };
}

/** The pod, once its container runs and is another one than that which was seen. */
function awaitPod(session: NamespaceSession, runId: string, seen: string | undefined): Promise<V1Pod> {
  const look = (pods: readonly V1Pod[]): PodLook<V1Pod> => {
    const pod = pods.find(
      ({ metadata }) => metadata?.name === devPodName(runId) && metadata.deletionTimestamp === undefined,
    );
    if (pod === undefined) return { note: 'missing' };
    const { progress, troubles } = viewPod(pod, serviceContainer);
    const isNew = progress.state === 'running' && keyOf(pod) !== seen;
    return { note: progress.state, trouble: troubles[0], ...(isNew ? { found: pod } : {}) };
  };
  return awaitPods(session, { labels: runSelector(runId), look, onNote: () => undefined });
}

function restartsOf({ status }: V1Pod): number {
  return status?.containerStatuses?.[0]?.restartCount ?? 0;
}

function keyOf(pod: V1Pod): string {
  return `${pod.metadata?.uid ?? ''}/${String(restartsOf(pod))}`;
}

function readDevPod(pod: V1Pod, runId: string): NonNullable<DevPod['now']> {
  const name = pod.metadata?.name ?? '';
  const uid = pod.metadata?.uid ?? '';
  const [{ image = '', resources } = {}] = pod.spec?.containers ?? [];
  return {
    service: {
      image,
      memoryMb: Number.parseInt(resources?.limits?.['memory'] ?? '0', 10),
      pod: { name, uid, ready: true, restarts: restartsOf(pod), selector: { [runLabel]: runId } },
      clients: [],
    },
    // the same image, and another name: Skaffold syncs into every container whose image has its own name for it
    image: `docker.io/library/${image}`,
  };
}

async function hasTree(session: NamespaceSession, { runId, folder }: RunIdentity, seconds: number): Promise<boolean> {
  const { host, cluster } = session;
  const script = await readPodProgram(host.directories, 'await-tree.sh');
  const words = scriptWords(script, treeFolder, String(seconds));
  const argv = execArgv(cluster, { pod: devPodName(runId), container: serviceContainer }, 'stdin', words);
  const input = await renderManifest(await listTree(folder));
  return (await runKubectl(session, argv, { input, accept: [1], timeoutMs: checkedWithinMs })).exitCode === 0;
}

/** All but the stamp, which only a build may bring. */
async function repair(session: NamespaceSession, { runId, folder }: RunIdentity): Promise<void> {
  const { [stampName]: _stamp, ...copied } = await listTree(folder);
  await stageFiles(session, unpackInPodArgv(session.cluster, devPodName(runId), treeFolder), folder, {
    copied,
    written: {},
  });
}
