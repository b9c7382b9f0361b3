import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { JobShape } from '../../../fit/spark-pods.js';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import type { OverlayFiles } from '../../../overlay/kustomize/kustomization.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import type { WantedPort } from '../../../kube/port-forward/local-port.js';
import { createRunId } from '../../../runs/run-id.js';
import type { BuiltMain, SparkJob } from '../../../job/job.js';
import { readsDefaultsToo, submitArguments, type Submission } from '../../../spark/submit-arguments.js';
import { cleanRunArgvs } from '../../clean-up.js';
import { planRunFiles, type RunFiles } from '../../run-folder.js';
import { skaffoldRunArgv } from './skaffold.js';

export interface ClusterRun {
  readonly job: SparkJob;
  readonly main: BuiltMain;
  /** The application's, ours or ejected. */
  readonly overlay: OverlayFiles;
  /** It fits, and every request is decided. */
  readonly shape: JobShape;
  /** The local port of the Spark UI; strict where it was asked for by flag. */
  readonly uiPort: WantedPort | undefined;
  readonly signal: AbortSignal;
}

export interface ClusterRunPlan {
  readonly runId: string;
  readonly folder: string;
  readonly files: RunFiles;
  readonly skaffoldConfig: string;
  readonly deploy: Argv;
  /** What is called in the submit pod, but for what an ejected overlay changes. */
  readonly submit: Argv;
  readonly clean: readonly Argv[];
}

/** What one run would write and call. */
export function planClusterRun(host: Host, cluster: PreparedCluster, run: ClusterRun): ClusterRunPlan {
  const { job, main, shape } = run;
  const runId = createRunId(job.name.written, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const folder = join(host.directories.state, 'runs', runId);
  const pushes = cluster.registry !== undefined;
  const { context, sparkImage, namespace, home } = cluster;
  const serviceAccount = job.serviceAccount ?? cluster.serviceAccount;
  const version = job.image === undefined ? cluster.sparkVersion : job.sparkVersion;
  // spark-submit is that of the image, or of the cluster's own in the submit service
  const loadsDefaults = [version, cluster.sparkVersion].every(readsDefaultsToo);
  const submission: Submission = { runId, namespace, serviceAccount, job, main, shape, loadsDefaults, home };
  const files = planRunFiles({ sparkImage, context, pushes, overlay: run.overlay, submission });
  const skaffoldHome = join(host.directories.data, 'skaffold');
  const skaffoldConfig = join(skaffoldHome, 'config');
  const deploy = skaffoldRunArgv({
    skaffold: cluster.skaffold,
    folder,
    context: cluster.context,
    config: skaffoldConfig,
    cache: join(skaffoldHome, 'cache'),
    onMinikube: cluster.provider.detectMinikube,
    registry: cluster.registry,
  });
  const submit = ['spark-submit', ...submitArguments({ ...submission, pulls: pushes })];
  return { runId, folder, files, skaffoldConfig, deploy, submit, clean: cleanRunArgvs(cluster, runId, true) };
}
