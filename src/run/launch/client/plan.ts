import type { CommandResult } from '../../../command.js';
import { planBuild } from '../../../job/build-plan.js';
import { createArgv } from '../../../kube/kubectl.js';
import type { Host } from '../../../ports/host.js';
import { showSteps } from '../../../steps/show.js';
import { planClusterRun } from '../cluster-run.js';
import type { ClusterRun } from '../launcher.js';
import { describeInPod } from '../submit-pod/plan.js';

export async function planClient(host: Host, run: ClusterRun): Promise<CommandResult> {
  const build = await planBuild(host, run.app, run.signal, run.spark);
  const plan = planClusterRun(host, run, build.main);
  const steps = await describeInPod(host, run, { name: run.app.name, deployMode: 'client' }, (commands) => [
    { title: 'Reserve ports for the driver', why: 'drivers share the pod', commands: [createArgv(run.cluster)] },
    { title: 'Run the driver in the submit pod', why: 'it ends with this command', commands },
  ]);
  return { data: { ...plan, job: run.fit.job, steps }, text: [...build.fetches, ...showSteps(steps)] };
}
