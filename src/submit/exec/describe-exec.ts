import type { ShownStep } from '../../cluster/show-plan.js';
import type { Reach } from '../../namespaces/reach.js';
import { planProcess } from '../process/pod-process.js';
import { planService } from '../service/bring-up.js';
import { observeService } from '../service/observe-service.js';
import { usualMemoryMb } from '../service/submit-service.js';
import { describeLayer, layerArgv } from './app-layer.js';

/** What `submit exec` would call, for --dry-run; the run's own id is made when it begins. */
export async function describeExec(reach: Reach, app: string): Promise<readonly ShownStep[]> {
  const { cluster } = reach;
  const seen = await observeService(reach);
  const up = planService(cluster, seen, seen?.memoryMb ?? usualMemoryMb);
  const { unpack, start, end } = planProcess(cluster, seen?.pod?.name ?? 'POD', `${app}-ID`);
  return [
    ...(up === undefined ? [] : [up]),
    {
      title: "The application's layer",
      why: describeLayer(cluster),
      commands: [layerArgv('spark-dev-app:layer-HASH', 'FOLDER')],
    },
    {
      title: 'spark-submit in the standing pod',
      why: 'the driver is in a pod of its own',
      commands: [unpack, start(['/opt/entrypoint.sh', 'submit', '…']), end],
    },
  ];
}
