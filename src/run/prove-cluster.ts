import type { PreparedCluster } from '../clusters/prepared.js';
import { readOwnOverlay } from '../overlay/app-overlay.js';
import type { Host } from '../ports/host.js';
import { findApplication } from '../job/application.js';
import { buildApplication } from '../job/build.js';
import { shapeOf } from '../job/job-shape.js';
import { resolveJob } from '../job/resolve-job.js';
import type { RunOutcome } from '../spark/run-result.js';
import { callFor, decideFit } from './fit-run.js';
import { runOnCluster } from './launch/submit-job/run-on-cluster.js';

/** The whole way that a user's run takes, once. */
export async function proveCluster(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<RunOutcome> {
  const app = await findApplication(host.directories, 'sparkpi');
  const { job: sparkJob } = await resolveJob(app);
  const { job: shape } = await decideFit(host, cluster, {
    call: callFor('spark-dev run', app.name),
    job: shapeOf(sparkJob),
    mode: 'never',
    canAsk: false,
    signal,
  });
  const built = await buildApplication(host, app, signal);
  // the driver's log is in the run's folder; here only the outcome counts
  const quiet = { ...host, ui: { ...host.ui, log: () => undefined } };
  return runOnCluster(quiet, cluster, {
    job: sparkJob,
    main: built.main,
    shape,
    uiPort: undefined,
    overlay: await readOwnOverlay(host.directories),
    signal,
  });
}
