import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import { chooseLocalPort, type WantedPort } from '../../../kube/port-forward/local-port.js';
import { driverUiPort } from '../../../kube/port-forward/ui-forward.js';
import { kustomizeArgv } from '../../../overlay/kubectl-kustomize.js';
import type { Host } from '../../../ports/host.js';
import { inRunFolder } from '../../../runs/private-run.js';
import { createRunId } from '../../../runs/run-id.js';
import type { DeployMode } from '../../../job/job.js';
import type { RunOutcome } from '../../../spark/run-result.js';
import { runAsClient } from '../client/run-client.js';
import { buildAppLayer } from './image-layer.js';
import { wordsBefore } from './raw-submit.js';
import { submitFromPod } from './submit-from-pod.js';
import { readPodTemplates } from '../../../spark/pod-template-files.js';
import { findLeftOut, readRenderedJob, type RenderedJob } from '../../rendered-job.js';
import { requireService, type ReadyService } from '../../../services/submit/require-service.js';
import { startPhases, type Phases } from '../../phases.js';
import { planClusterRun, type ClusterRun, type ClusterRunPlan } from '../submit-job/plan-cluster-run.js';
import { launchAndFollow } from '../submit-job/run-on-cluster.js';
import { writeRunFiles } from '../../run-folder.js';

const renderedWithinMs = 30_000;

interface Prepared {
  readonly service: ReadyService;
  readonly plan: ClusterRunPlan;
  readonly phases: Phases;
}

/**
 * An application from the standing pod, without a Job and without Skaffold: in cluster mode only its own layer is built, in
 * client mode not even that. What is submitted is read off the overlay that a Job would have been deployed with.
 */
export async function runFromService(
  host: Host,
  cluster: PreparedCluster,
  run: ClusterRun,
  how: { readonly deployMode: DeployMode; readonly canAsk: boolean },
): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  const { uiPort, signal } = run;
  if (typeof uiPort === 'number') await chooseLocalPort(driverUiPort, uiPort);
  const service = await requireService({ host, cluster, signal }, how.canAsk);
  const plan = planClusterRun(host, cluster, run);
  const prepared = { service, plan, phases };
  return inRunFolder(host, plan.runId, () =>
    how.deployMode === 'client' ? asClient(host, cluster, run, prepared) : asCluster(host, cluster, run, prepared),
  );
}

async function asClient(host: Host, cluster: PreparedCluster, run: ClusterRun, { service, plan }: Prepared) {
  const { runId, folder } = plan;
  const { uiPort, signal } = run;
  const job = await renderJob(host, cluster, plan, signal);
  return runAsClient({ host, cluster, signal }, service, { runId, folder, uiPort, job });
}

async function asCluster(
  host: Host,
  cluster: PreparedCluster,
  { uiPort, signal }: ClusterRun,
  { service, plan, phases }: Prepared,
): Promise<RunOutcome> {
  const { runId, folder } = plan;
  const session = { host, cluster, signal };
  const deploy = async (): Promise<void> => {
    const job = await renderJob(host, cluster, plan, signal);
    const image = await buildAppLayer(session, join(folder, 'image'));
    phases.end('image');
    await submitFromPod(session, service.pod.name, { runId, folder, image, job });
  };
  return launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy });
}

async function renderJob(
  host: Host,
  cluster: PreparedCluster,
  { folder, files }: ClusterRunPlan,
  signal: AbortSignal,
): Promise<RenderedJob> {
  await writeRunFiles(folder, files);
  const argv = kustomizeArgv(cluster.kubectl, join(folder, 'overlay'));
  const { stdout } = await host.runner.run(argv, { env: cluster.childEnv, signal, timeoutMs: renderedWithinMs });
  const job = readRenderedJob(stdout);
  const leftOut = findLeftOut(stdout);
  if (leftOut.length > 0)
    host.ui.warn(`Of the overlay these come with a submit Job alone, and are left out here: ${leftOut.join(', ')}`);
  return job;
}

/** A spark-submit line of the user's own. */
export async function runOwnLine(
  host: Host,
  cluster: PreparedCluster,
  line: { readonly words: readonly string[]; readonly uiPort: WantedPort | undefined; readonly signal: AbortSignal },
  canAsk: boolean,
): Promise<RunOutcome> {
  const phases = startPhases(host.clock);
  const { words, uiPort, signal } = line;
  if (typeof uiPort === 'number') await chooseLocalPort(driverUiPort, uiPort);
  const session = { host, cluster, signal };
  const { pod } = await requireService(session, canAsk);
  const runId = createRunId('line', new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const folder = join(host.directories.state, 'runs', runId);
  const templates = await readPodTemplates(host);
  const job = { words: [...wordsBefore(cluster, runId), ...words], templates: { ...templates } };
  const deploy = (): Promise<void> =>
    submitFromPod(session, pod.name, { runId, folder, image: cluster.sparkImage, job });
  return inRunFolder(host, runId, () =>
    launchAndFollow(host, cluster, { runId, folder, uiPort, phases, signal, deploy }),
  );
}
