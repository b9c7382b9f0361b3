import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isBelow, isThere, listFiles } from '../files/paths.js';
import { sharedClaim, sharedFolder, sharedMount, sharedVolume } from '../job/job-properties.js';
import { fileLists, type SparkJob } from '../job/job.js';
import { applyObjects, runKubectl } from '../kube/kubectl.js';
import { runLabels } from '../kube/labels.js';
import { readPodProgram } from '../kube/pods.js';
import type { Host } from '../ports/host.js';
import type { RunIdentity } from '../runs/run-folder.js';
import { execArgv, scriptWords } from '../services/submit/pod-process.js';
import { defaultContainerSecurity, defaultPodSecurity } from '../spark/pod-defaults.js';
import { showBytes } from '../text/sizes.js';
import { count } from '../text/words.js';
import type { ClusterRun } from './launch/launcher.js';
import type { RunFiles } from './run-files.js';

/** Bytes that come back from a run. */
const mostResults = 1e9;
const container = 'keeper';
const packedWithinMs = 300_000;

/**
 * A pod that owns the volume of the shared working folder, and outlives the driver, so that the results can be read when it has
 * ended. The volume is removed with it, and it with the run.
 */
export async function keepSharedFolder(run: ClusterRun, { runId }: RunIdentity): Promise<void> {
  const { cluster, job } = run;
  if (!job.sharesFolder) return;
  const accessModes = ['ReadWriteOnce'];
  const spec = { accessModes, resources: { requests: { storage: '2Gi' } } };
  await applyObjects(run, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: keeperName(runId), namespace: cluster.namespace, labels: runLabels(runId, cluster.home) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      securityContext: defaultPodSecurity,
      containers: [
        {
          name: container,
          image: cluster.sparkImage,
          imagePullPolicy: 'Never',
          command: ['sleep', 'infinity'],
          resources: { requests: { cpu: '1m', memory: '8Mi' }, limits: { memory: '64Mi' } },
          securityContext: defaultContainerSecurity,
          volumeMounts: [{ name: sharedVolume, mountPath: sharedMount }],
        },
      ],
      volumes: [{ name: sharedVolume, ephemeral: { volumeClaimTemplate: { spec } } }],
    },
  });
}

/** Kubernetes names an ephemeral claim after its pod and volume. */
function keeperName(runId: string): string {
  return sharedClaim(runId).slice(0, -sharedVolume.length - 1);
}

/** Brings what the program wrote to relative paths into the user's working folder, and says so; a warning if that failed. */
export async function bringResults(
  run: ClusterRun,
  { runId, folder, files }: RunIdentity & { readonly files: Pick<RunFiles, 'copied'> },
): Promise<void> {
  const { host, cluster, job } = run;
  if (!job.sharesFolder) return;
  const archive = join(folder, 'results.tar');
  const results = join(folder, 'results');
  try {
    const script = await readPodProgram(host.directories, 'pack-results.sh');
    const words = scriptWords(script, sharedFolder, String(mostResults));
    const argv = execArgv(cluster, { pod: keeperName(runId), container }, 'none', words);
    const how = { stdoutFile: archive, accept: [3], timeoutMs: packedWithinMs };
    const { exitCode, stderr } = await runKubectl(run, argv, how);
    if (exitCode === 3) throw new Error(`they have ${showBytes(Number(/^\d+/m.exec(stderr)?.[0]))}: use a volume`);
    if ((await stat(archive)).size === 0) return;
    await mkdir(results, { recursive: true });
    const { extract } = await import('tar');
    await extract({ file: archive, cwd: results });
    const carried = files.copied.filter(({ to }) => to.startsWith('image/extra/')).map(({ to }) => basename(to));
    await placeResults(host, job, results, carried);
  } catch (error) {
    host.ui.warn(
      `The program's files are lost with its pods: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    await rm(archive, { force: true });
  }
}

/** Files of Spark's committers and writers. */
const madeBySpark = /^(\._SUCCESS\.crc|_SUCCESS|\.?part-.*)$/;

/** What is in the way stays unless the pods had it, so that the program itself decided to replace it. */
export async function placeResults(
  { ui }: Pick<Host, 'ui'>,
  job: SparkJob,
  results: string,
  carried: readonly string[],
): Promise<void> {
  // Spark itself puts these into the working folder
  const named = fileLists.flatMap((list) =>
    job[list].map(({ at, as }) => as ?? basename('path' in at ? at.path : at.url)),
  );
  const given = [...named, ...carried];
  const found = (await listFiles(results)).map((path) => path.slice(results.length + 1));
  const files = found.filter((path) => !given.includes(path));
  const committed = files.filter((path) => basename(path) === '_SUCCESS').map((path) => dirname(path));
  const outer = committed.filter((one) => !committed.some((other) => other !== one && isBelow(other, one, '/')));
  const units = [...outer, ...files.filter((path) => !outer.some((folder) => isBelow(folder, path, '/')))];
  const brought: string[] = [];
  const kept: string[] = [];
  for (const unit of units) {
    const target = join(job.working, unit);
    const inside = files.filter((path) => path !== unit && isBelow(unit, path, '/'));
    const shown = inside.length === 0 ? unit : `${unit}/ (${count(inside.length, 'file')})`;
    if ((await isThere(target)) && !job.data.some((folder) => isBelow(folder, target))) {
      kept.push(shown);
      continue;
    }
    for (const old of inside.length === 0 ? [] : await listFiles(target).catch(() => []))
      if (madeBySpark.test(basename(old)) && !inside.includes(old.slice(job.working.length + 1))) await rm(old);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(results, unit), target, { recursive: true });
    await rm(join(results, unit), { recursive: true });
    brought.push(shown);
  }
  if (brought.length > 0) ui.say(`Written by the program: ${brought.join(', ')}`);
  if (kept.length > 0)
    ui.warn(
      `Already in ${job.working}, so kept in ${results} (with the newest 100 runs, up to 2 GB): ${kept.join(', ')}`,
    );
}
