import type { ShownStep } from '../../../steps/step.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { createArgv } from '../../../kube/kubectl.js';
import { describeLayer, layerArgv } from './image-layer.js';
import { planProcess } from '../../../services/submit/pod-process.js';
import { removeRunArgv } from '../../clean-up.js';
import { planService } from '../../../services/submit/bring-up.js';
import { observeService } from '../../../services/submit/observe-service.js';
import { usualMemoryMb } from '../../../services/submit/submit-service.js';

/** What would be called, for --dry-run; the run's own id is made when it begins. */
export async function describeFromService(
  session: NamespaceSession,
  { app, deployMode }: { readonly app: string; readonly deployMode: 'cluster' | 'client' },
): Promise<readonly ShownStep[]> {
  const { cluster } = session;
  const runId = `${app}-ID`;
  const seen = await observeService(session);
  const up = planService(cluster, seen, seen?.memoryMb ?? usualMemoryMb);
  const { unpack, start, end } = planProcess(cluster, seen?.pod?.name ?? 'POD', runId);
  const commands = [unpack, start(['/opt/entrypoint.sh', 'submit', '--deploy-mode', deployMode, '…']), end];
  const own: readonly ShownStep[] =
    deployMode === 'client'
      ? [
          { title: 'Ports of its own', why: 'drivers share the pod', commands: [createArgv(cluster)] },
          { title: 'The driver in the standing pod', why: 'it ends with this program', commands },
        ]
      : [
          {
            title: "The application's layer",
            why: describeLayer(cluster),
            commands: [layerArgv('spark-dev-app:layer-HASH', 'FOLDER')],
          },
          { title: 'spark-submit in the standing pod', why: 'the driver gets a pod of its own', commands },
        ];
  const gone = { title: 'Nothing of it stays', why: 'all carries the run', commands: [removeRunArgv(cluster, runId)] };
  return [...(up === undefined ? [] : [up]), ...own, gone];
}
