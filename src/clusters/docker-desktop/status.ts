import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import type { HostToolName } from '../../toolchain/find-tool.js';
import { askKubectl, getNodesArgv, getObjectsArgv, parseNodes, parseObjects } from '../../kube/kubectl.js';
import { locatePrograms } from '../programs.js';
import { capabilities, type ClusterAccess } from '../provider.js';
import { answered } from '../observed-size.js';
import type { ClusterStatus } from '../status.js';
import { accessDesktop } from './access.js';
import { useDesktopDocker } from './daemon.js';
import { desktopName, findDesktopContext } from './find-context.js';
import { observeDesktop } from './observe.js';
import { observeDesktopSize, type ObservedDesktopSize } from './size.js';

export interface DesktopStatus extends Pick<ClusterStatus, 'engine' | 'inside'> {
  readonly missingTools: readonly HostToolName[];
  readonly kubernetes: {
    readonly state: 'running' | 'silent' | 'absent' | 'foreign';
    /** Why it is not running; undefined where it is. */
    readonly why?: string;
    readonly kubeconfig?: string;
    readonly server?: string;
  };
  readonly size: ObservedDesktopSize;
}

const answerWithinMs = 5000;

/** Looks and never throws for what it finds; a context that only carries the name is not asked. */
export async function observeDesktopStatus(world: Host, signal: AbortSignal): Promise<DesktopStatus> {
  const host = await useDesktopDocker(world, signal);
  const [{ daemon }, programs, context] = await Promise.all([
    observeEngine(host, signal),
    locatePrograms(host, signal),
    findDesktopContext(host, signal),
  ]);
  const around = {
    engine: { state: daemon.kind, ...(daemon.kind === 'answers' ? { version: daemon.facts.serverVersion } : {}) },
    missingTools: programs.missing.filter((name) => capabilities[desktopName].tools.includes(name)),
  };
  if (!('found' in context)) {
    const why = 'absent' in context ? context.absent : context.foreign;
    const state = 'absent' in context ? 'absent' : 'foreign';
    const desktop = await answered(signal, observeDesktop(host, signal));
    const disabled = desktop?.settings?.size.kubernetes === false ? ', and Kubernetes is not enabled' : '';
    return { ...around, kubernetes: { state, why: `${why}${disabled}` }, inside: undefined, size: nothingKnown };
  }
  const access = await accessDesktop(host, programs, context.found, signal);
  const [inside, size] = await Promise.all([
    lookInside(host, access, signal),
    observeDesktopSize(host, access, signal),
  ]);
  const silent = { state: 'silent', why: 'Kubernetes does not answer' } as const;
  return {
    ...around,
    kubernetes: { ...(inside === undefined ? silent : { state: 'running' as const }), ...context.found },
    inside,
    size,
  };
}

const nothingKnown: ObservedDesktopSize = {
  settings: undefined,
  configured: undefined,
  limit: undefined,
  node: undefined,
  free: undefined,
  host: undefined,
  rooms: [],
};

async function lookInside(host: Host, access: ClusterAccess, signal: AbortSignal): Promise<DesktopStatus['inside']> {
  const session = { host, cluster: access, signal };
  const options = { timeoutMs: 2 * answerWithinMs };
  const read = Promise.all([
    askKubectl(session, getNodesArgv(access, answerWithinMs), options),
    askKubectl(session, getObjectsArgv(access, answerWithinMs), options),
  ]);
  const found = await answered(signal, read);
  if (found === undefined) return undefined;
  const [nodes, objects] = found;
  return { nodes: parseNodes(nodes), objects: parseObjects(objects) };
}
