import type { CommandResult } from '../../../command.js';
import type { DeployMode } from '../../../job/job.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import { planService } from '../../../services/submit/bring-up.js';
import { observeService } from '../../../services/submit/observe-service.js';
import { planProcess } from '../../../services/submit/pod-process.js';
import { usualMemoryMb } from '../../../services/submit/submit-service.js';
import { showSteps } from '../../../steps/show.js';
import type { ShownStep } from '../../../steps/step.js';
import { removeRunArgv } from '../../clean-up.js';
import type { ClusterRoom, ClusterRun } from '../launcher.js';
import { layerArgv } from './launch.js';

export async function planSubmitPod(host: Host, run: ClusterRun): Promise<CommandResult> {
  const layer = {
    title: "Build the application's layer",
    // the name depends on the file
    why: `spark-dev-app:layer-… on top of ${run.cluster.sparkImage}`,
    commands: [layerArgv('spark-dev-app:layer-HASH', 'FOLDER')],
  };
  return planSubmission(host, run, run.app.name, [layer]);
}

export async function planRawLine(host: Host, room: ClusterRoom): Promise<CommandResult> {
  return planSubmission(host, room, 'line', []);
}

async function planSubmission(
  host: Host,
  room: ClusterRoom,
  name: string,
  layers: readonly ShownStep[],
): Promise<CommandResult> {
  const why = 'the driver gets its own pod';
  const steps = await describeInPod(host, room, { name, deployMode: 'cluster' }, (commands) => [
    ...layers,
    { title: 'Call spark-submit in the submit pod', why, commands },
  ]);
  return { data: { action: 'would submit', steps }, text: showSteps(steps) };
}

/** The commands around a program in the submit service's pod; the run's id is generated when it starts. */
export async function describeInPod(
  host: Host,
  { cluster, signal }: ClusterRoom,
  { name, deployMode }: { readonly name: string; readonly deployMode: DeployMode },
  describe: (commands: readonly Argv[]) => readonly ShownStep[],
): Promise<readonly ShownStep[]> {
  const runId = `${name}-ID`;
  const seen = await observeService({ host, cluster, signal });
  const up = planService(cluster, seen, seen?.memoryMb ?? usualMemoryMb);
  const { unpack, start, end } = planProcess(cluster, seen?.pod?.name ?? 'POD', runId);
  const own = describe([unpack, start(['/opt/entrypoint.sh', 'submit', '--deploy-mode', deployMode, '…']), end]);
  const gone = { title: 'Remove its objects', why: 'they have its label', commands: [removeRunArgv(cluster, runId)] };
  return [...(up === undefined ? [] : [up]), ...own, gone];
}
