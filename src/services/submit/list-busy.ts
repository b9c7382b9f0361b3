import type { NamespaceSession } from '../../namespaces/session.js';
import { listAlive } from './pod-process.js';
import type { ObservedService } from './observe-service.js';

/** The runs that end with the pod: drivers, which hold ports, and what is only being submitted. */
export async function listBusy(
  session: NamespaceSession,
  seen: ObservedService | undefined,
): Promise<readonly string[]> {
  const { pod, clients = [] } = seen ?? {};
  const alive = pod?.ready === true ? await listAlive(session, pod.name) : [];
  return [...new Set([...clients.map(({ runId }) => runId), ...alive])];
}
