import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { engineStepArgv } from '../../toolchain/engine/argv.js';
import { engineFiles, findProgram, type EngineObservation } from '../../toolchain/engine/observe.js';
import type { planEngine } from '../../toolchain/engine/plan.js';
import type { ClusterParts } from './parts.js';

/** What the step that brings Docker would run. */
export async function describeEngineCommands(
  host: Host,
  engine: EngineObservation,
  parts: ClusterParts,
  steps: ReturnType<typeof planEngine>,
): Promise<readonly Argv[]> {
  const place = {
    hasSystemd: engine.hasSystemd,
    dockerd: (await findProgram(host, 'dockerd')) ?? 'dockerd',
    pidFile: engineFiles(host).ownDaemonPid,
    ociRuntime: parts.tools.get('oci-runtime')?.binaries['oci-runtime'] ?? '',
    groupId: undefined,
  };
  return steps.flatMap((step) => engineStepArgv(step, place));
}
