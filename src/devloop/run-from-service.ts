import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PreparedCluster } from '../cluster/prepared.js';
import { chooseLocalPort, type WantedPort } from '../forward/local-port.js';
import { driverUiPort } from '../forward/ui-forward.js';
import type { Host } from '../ports/host.js';
import { withLiveRun } from '../runs/live-run.js';
import { createRunId } from '../runs/run-id.js';
import { shapeOf } from '../spark/job-shape.js';
import { resolveJob } from '../spark/resolve-job.js';
import type { RunOutcome } from '../spark/run-result.js';
import { submitArguments, type Submission } from '../spark/submit-arguments.js';
import { buildAppLayer } from '../submit/exec/app-layer.js';
import { submitFromPod } from '../submit/exec/submit-from-pod.js';
import { requireService } from '../submit/service/require-service.js';
import { startPhases } from './phases.js';
import { planClusterRun, type ClusterRun } from './plan-cluster-run.js';
import { launchAndFollow } from './run-on-cluster.js';
import { ownTemplates, writeRunFiles } from './run-folder.js';

/** An application in cluster mode, submitted from the standing pod: no Job, no Skaffold, and only its own layer built. */
export async function runFromService(
  host: Host,
  cluster: PreparedCluster,
  run: ClusterRun,
  canAsk: boolean,
): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  const { uiPort, signal } = run;
  if (typeof uiPort === 'number') await chooseLocalPort(driverUiPort, uiPort);
  const reach = { host, cluster, signal };
  const { pod } = await requireService(reach, canAsk);
  const plan = planClusterRun(host, cluster, run);
  const { runId, folder } = plan;
  return withLiveRun(host, runId, async () => {
    await writeRunFiles(folder, plan.files);
    phases.end('plan');
    const deploy = async (): Promise<void> => {
      const image = await buildAppLayer(reach, join(folder, 'image'));
      phases.end('image');
      const words = submitArguments(describe(cluster, run, runId));
      const own = ownTemplates(run.job);
      const templates = own && { 'driver-template.yaml': own.driver, 'executor-template.yaml': own.executor };
      await submitFromPod(reach, pod.name, { runId, folder, image, words, templates });
    };
    return launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy });
  });
}

/** A spark-submit line of the user's own: what is ours goes before it, so that it has the last word. */
export async function runOwnLine(
  host: Host,
  cluster: PreparedCluster,
  line: { readonly words: readonly string[]; readonly uiPort: WantedPort | undefined; readonly signal: AbortSignal },
  canAsk: boolean,
): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  const { words, uiPort, signal } = line;
  const reach = { host, cluster, signal };
  const { pod } = await requireService(reach, canAsk);
  const runId = createRunId('line', new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const folder = join(host.directories.state, 'runs', runId);
  const main = { kind: 'class', mainClass: '' } as const;
  const { job } = await resolveJob({ name: 'line', ...main });
  const ours = submitArguments(describe(cluster, { job, main, shape: shapeOf(job) }, runId));
  return withLiveRun(host, runId, () => {
    const all = [...ours.slice(0, -1), ...words];
    const deploy = (): Promise<void> =>
      submitFromPod(reach, pod.name, { runId, folder, image: cluster.sparkImage, words: all });
    return launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy });
  });
}

function describe(
  { namespace, serviceAccount }: PreparedCluster,
  { job, main, shape }: Pick<ClusterRun, 'job' | 'main' | 'shape'>,
  runId: string,
): Submission {
  return { runId, namespace, serviceAccount: job.serviceAccount ?? serviceAccount, job, main, shape };
}
