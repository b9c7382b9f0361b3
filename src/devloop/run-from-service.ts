import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import type { PreparedCluster } from '../cluster/prepared.js';
import { chooseLocalPort } from '../forward/local-port.js';
import { driverUiPort } from '../forward/ui-forward.js';
import type { Host } from '../ports/host.js';
import { withLiveRun } from '../runs/live-run.js';
import { createRunId } from '../runs/run-id.js';
import { shapeJob } from '../spark/job-shape.js';
import type { RunOutcome } from '../spark/run-result.js';
import { submitArguments } from '../spark/submit-arguments.js';
import { buildAppLayer } from '../submit/exec/app-layer.js';
import { submitFromPod } from '../submit/exec/submit-from-pod.js';
import { requireService } from '../submit/service/require-service.js';
import { startPhases } from './phases.js';
import { planClusterRun, type ClusterRun } from './plan-cluster-run.js';
import { launchAndFollow } from './run-on-cluster.js';
import { writeRunFiles } from './run-folder.js';

/** An application in cluster mode, submitted from the standing pod: no Job, no Skaffold, and only its own layer built. */
export async function runFromService(
  host: Host,
  cluster: PreparedCluster,
  run: ClusterRun,
  canAsk: boolean,
): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  const { uiPort, signal } = run;
  if (uiPort !== undefined) await chooseLocalPort(driverUiPort, uiPort);
  const reach = { host, cluster, signal };
  const { pod } = await requireService(reach, canAsk);
  const plan = planClusterRun(host, cluster, run);
  const { runId, folder } = plan;
  const file = join('app', basename(run.appFile));
  return withLiveRun(host, runId, async () => {
    await writeRunFiles(folder, plan.files);
    phases.end('plan');
    const deploy = async (): Promise<void> => {
      const image = await buildAppLayer(reach, { context: join(folder, 'image'), file });
      phases.end('image');
      const words = submitArguments({
        ...describe(cluster, run, runId),
        resource: `local:///opt/spark/${file}`,
        ...(run.mainClass === undefined ? {} : { mainClass: run.mainClass }),
      });
      await submitFromPod(reach, pod.name, { runId, folder, image, words });
    };
    return launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy });
  });
}

/** A spark-submit line of the user's own: what is ours goes before it, so that it has the last word. */
export async function runOwnLine(
  host: Host,
  cluster: PreparedCluster,
  line: { readonly words: readonly string[]; readonly uiPort: number | undefined; readonly signal: AbortSignal },
  canAsk: boolean,
): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  const { words, uiPort, signal } = line;
  const reach = { host, cluster, signal };
  const { pod } = await requireService(reach, canAsk);
  const runId = createRunId('line', new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const folder = join(host.directories.state, 'runs', runId);
  const ours = submitArguments({ ...describe(cluster, { job: shapeJob('jvm'), arguments: [] }, runId), resource: '' });
  return withLiveRun(host, runId, () => {
    const all = [...ours.slice(0, -1), ...words];
    const deploy = (): Promise<void> =>
      submitFromPod(reach, pod.name, { runId, folder, image: cluster.sparkImage, words: all });
    return launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy });
  });
}

function describe(
  { namespace, serviceAccount }: PreparedCluster,
  { job, arguments: words }: Pick<ClusterRun, 'job' | 'arguments'>,
  runId: string,
): Omit<Parameters<typeof submitArguments>[0], 'resource' | 'mainClass'> {
  return { runId, namespace, serviceAccount, job, arguments: words };
}
