import type { Host } from '../../ports/host.js';
import { observeDaemon } from '../../toolchain/engine/observe.js';
import { locatePrograms } from '../programs.js';
import { answered, noNodes } from '../observed-size.js';
import { accessDesktop, useDesktopDocker } from './access.js';
import { desktopName, findDesktopContext } from './find-context.js';
import { observeDesktopSize, type ObservedDesktopSize, type ConfiguredSize } from './size.js';
import type { InsideStatus, ProviderStatus } from '../provider.js';
import { explainSize, ofDesktop, type SizeVerdict, type Row, showSize } from '../explain-size.js';
import type { ClusterAccess } from '../capabilities.js';
import { desktopCapabilities } from './capabilities.js';
import { readDesktopFiles } from './machine.js';
import { describeDaemon, observeInside, showStatus } from '../observe-inside.js';
import { showGigabytes } from '../../text/sizes.js';

export interface DesktopStatus extends InsideStatus {
  readonly kubernetes: {
    readonly state: 'running' | 'silent' | 'absent' | 'foreign';
    /** Why it is not running; undefined if it runs. */
    readonly why?: string;
    readonly kubeconfig?: string;
    readonly server?: string;
  };
  readonly size: ObservedDesktopSize;
}

export async function observeDesktopStatus(host: Host, signal: AbortSignal): Promise<ProviderStatus> {
  const { seen, access } = await look(await useDesktopDocker(host, signal), signal);
  const sized = explainSize(seen.size, ofDesktop);
  return {
    seen,
    sized,
    rows: showDesktopStatus(seen, sized),
    next: `spark-dev init --provider ${desktopName}`,
    // a cluster that init has not prepared is left alone
    access: seen.inside?.objects.record === undefined ? undefined : access,
  };
}

/** Never throws for what it finds; does not contact a foreign context of that name. */
async function look(
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly seen: DesktopStatus; readonly access?: ClusterAccess }> {
  const [daemon, programs, context] = await Promise.all([
    observeDaemon(host, signal),
    locatePrograms(host, signal),
    findDesktopContext(host, signal),
  ]);
  const around = {
    engine: describeDaemon(daemon),
    missingTools: programs.missing.filter((name) => desktopCapabilities.tools.includes(name)),
  };
  if (!('found' in context)) {
    const files = await answered(signal, readDesktopFiles(host, signal));
    const disabled = files?.settings?.size.kubernetes === false ? ', and Kubernetes is not enabled' : '';
    const kubernetes = { state: context.state, why: `${context.why}${disabled}` };
    return { seen: { ...around, kubernetes, inside: undefined, size: { ...noNodes, ...nothingElse } } };
  }
  const access = await accessDesktop(host, programs, context.found, signal);
  const [inside, size] = await Promise.all([
    observeInside(host, access, signal),
    observeDesktopSize(host, access, signal, Promise.resolve(daemon)),
  ]);
  const silent = { state: 'silent', why: 'Kubernetes does not answer' } as const;
  const kubernetes = { ...(inside === undefined ? silent : { state: 'running' as const }), ...context.found };
  return { seen: { ...around, kubernetes, inside, size }, access };
}

const nothingElse = { settings: undefined, configured: undefined, limit: undefined, host: undefined };

/** Works without its Kubernetes too: then it shows how to enable it. */
export async function isDesktopInstalled(host: Host, signal: AbortSignal): Promise<boolean> {
  if ('found' in (await findDesktopContext(host, signal))) return true;
  return (await answered(signal, readDesktopFiles(host, signal)))?.settings !== undefined;
}

function showDesktopStatus(seen: DesktopStatus, sized: SizeVerdict): readonly Row[] {
  const { kubernetes, size } = seen;
  const { limit: machine, node, free, host, settings } = size;
  const configured: readonly Row[] = settings === undefined ? [] : [['  configured', showConfigured(settings)]];
  return showStatus(seen, {
    cluster: [['cluster', `docker-desktop: ${kubernetes.state}${describeMaker(seen)}`]],
    size: showSize(sized, { machine, node: node?.allocatable, free, host }, configured),
    kubeconfig: kubernetes.kubeconfig === undefined ? [] : [['kubeconfig', `${kubernetes.kubeconfig}, yours`]],
  });
}

function describeMaker({ kubernetes, inside }: DesktopStatus): string {
  if (kubernetes.why !== undefined) return ` (${kubernetes.why})`;
  const [node] = inside?.nodes ?? [];
  return node === undefined ? '' : ` (Docker Desktop, runtime ${node.runtime}, Kubernetes ${node.kubernetesVersion})`;
}

/** A missing figure means Docker Desktop's default, which its settings do not record. */
function showConfigured({ path, cpus, memoryMb }: ConfiguredSize): string {
  const cpu = cpus === undefined ? 'default CPUs' : `${String(cpus)} CPUs`;
  const memory = memoryMb === undefined ? 'default memory' : showGigabytes(memoryMb);
  return `${cpu} and ${memory} (${path})`;
}
