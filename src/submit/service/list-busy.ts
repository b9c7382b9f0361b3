import type { Reach } from '../../namespaces/reach.js';
import { listAlive } from '../process/pod-process.js';
import type { SeenService } from './observe-service.js';

/** The runs that end with the pod: drivers, which hold ports, and what is only being submitted. */
export async function listBusy(reach: Reach, seen: SeenService | undefined): Promise<readonly string[]> {
  const { pod, clients = [] } = seen ?? {};
  const alive = pod?.ready === true ? await listAlive(reach, pod.name) : [];
  return [...new Set([...clients.map(({ runId }) => runId), ...alive])];
}
