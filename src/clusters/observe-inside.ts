import { readInside, readNodes } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import type { ClusterAccess } from './capabilities.js';
import { answered } from './observed-size.js';
import type { DaemonState } from '../toolchain/engine/observe.js';
import type { Row } from './explain-size.js';
import type { InsideStatus } from './provider.js';

/** What `status` shows from inside a cluster; undefined if the cluster does not answer. */
export async function observeInside(
  host: Host,
  cluster: ClusterAccess,
  signal: AbortSignal,
): Promise<InsideStatus['inside']> {
  const asked = host.kube(cluster).then((kube) => Promise.all([readInside(kube), kube.listNodes()]));
  const found = await answered(signal, asked);
  return found && { objects: found[0], nodes: readNodes({ items: found[1] }) };
}

export function describeDaemon(daemon: DaemonState): InsideStatus['engine'] {
  return { state: daemon.kind, ...(daemon.kind === 'answers' ? { version: daemon.facts.serverVersion } : {}) };
}

/** The rows that all providers have, around their own. */
export function showStatus(
  { engine, missingTools, inside }: InsideStatus,
  own: Readonly<Record<'cluster' | 'size' | 'kubeconfig', readonly Row[]>>,
): readonly Row[] {
  const missing = inside?.objects.missing ?? [];
  return [
    ['docker', engine.version === undefined ? engine.state : `${engine.version}, answers`],
    ['tools', missingTools.length === 0 ? 'all present' : `missing: ${missingTools.join(', ')}`],
    ...own.cluster,
    ...(inside?.nodes ?? []).filter(({ ready }) => !ready).map(({ name }): Row => ['node', `${name}: not ready`]),
    ...own.size,
    ...(missing.length === 0 ? [] : [['missing', missing.join(', ')] as const]),
    ['spark', inside?.objects.record?.['sparkImage'] ?? 'not prepared'],
    ...own.kubeconfig,
  ];
}
