import type { PreparedCluster } from '../cluster/prepared.js';
import { readOwnOverlay } from '../overlay/app-overlay.js';
import type { Host } from '../ports/host.js';
import { findApplication } from '../spark/application.js';
import { buildApplication } from '../spark/build.js';
import { shapeJob } from '../spark/job-shape.js';
import type { RunOutcome } from '../spark/run-result.js';
import { decideFit } from './fit-run.js';
import { runOnCluster } from './run-on-cluster.js';

/** The whole way that a user's run takes, once. */
export async function proveCluster(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<RunOutcome> {
  const app = await findApplication(host.directories, 'sparkpi');
  const { job } = await decideFit(host, cluster, {
    app: app.name,
    job: shapeJob('jvm'),
    mode: 'never',
    canAsk: false,
    signal,
  });
  const built = await buildApplication(host, app, signal);
  // the driver's log is in the run's folder; here only the outcome counts
  const quiet = { ...host, ui: { ...host.ui, log: () => undefined } };
  return runOnCluster(quiet, cluster, {
    app: app.name,
    appFile: built.file,
    mainClass: built.mainClass,
    arguments: [],
    uiPort: undefined,
    overlay: await readOwnOverlay(host.directories),
    job,
    signal,
  });
}
