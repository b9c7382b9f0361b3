import type { Host } from '../../../ports/host.js';
import type { RunOutcome } from '../../../runs/record.js';
import { followRun } from '../../follow/follow-run.js';
import { inClusterRun, requireUiPort } from '../cluster-run.js';
import type { ClusterRun } from '../launcher.js';
import { deployRun } from './deploy-run.js';

/** Builds and deploys a submit Job with Skaffold, which makes the driver. */
export async function launchSubmitJob(host: Host, run: ClusterRun): Promise<RunOutcome> {
  const { cluster, signal } = run;
  await requireUiPort(run);
  return inClusterRun(host, run, (plan, phases) => {
    phases.end('plan');
    const deploy = (): Promise<void> => deployRun({ host, cluster, signal }, plan);
    return followRun(host, run, { run: plan, phases, deploy });
  });
}
