import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { locatePrograms } from '../programs.js';
import { answered } from '../observed-size.js';
import { accessDesktop } from './access.js';
import { useDesktopDocker } from './daemon.js';
import { desktopName, findDesktopContext } from './find-context.js';
import { observeDesktopSize, type ObservedDesktopSize, type ConfiguredSize } from './size.js';
import type { InsideStatus, ProviderStatus } from '../provider.js';
import { explainSize, ofDesktop, type SizeVerdict, type Row, showSizes } from '../explain-size.js';
import type { ClusterAccess } from '../capabilities.js';
import { desktopCapabilities } from './capabilities.js';
import { observeDesktop } from './machine.js';
import { observeInside } from '../observe-inside.js';
import type { Resources } from '../../kube/resources.js';
import { showGigabytes } from '../../text/sizes.js';

export interface DesktopStatus extends InsideStatus {
  readonly engine: { readonly state: string; readonly version?: string };
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
  const [{ daemon }, programs, context] = await Promise.all([
    observeEngine(host, signal),
    locatePrograms(host, signal),
    findDesktopContext(host, signal),
  ]);
  const around = {
    engine: { state: daemon.kind, ...(daemon.kind === 'answers' ? { version: daemon.facts.serverVersion } : {}) },
    missingTools: programs.missing.filter((name) => desktopCapabilities.tools.includes(name)),
  };
  if (!('found' in context)) {
    const why = 'absent' in context ? context.absent : context.foreign;
    const state = 'absent' in context ? 'absent' : 'foreign';
    const desktop = await answered(signal, observeDesktop(host, signal));
    const disabled = desktop?.settings?.size.kubernetes === false ? ', and Kubernetes is not enabled' : '';
    const kubernetes = { state, why: `${why}${disabled}` } as const;
    return { seen: { ...around, kubernetes, inside: undefined, size: nothingKnown } };
  }
  const access = await accessDesktop(host, programs, context.found, signal);
  const [inside, size] = await Promise.all([
    observeInside(host, access, signal),
    observeDesktopSize(host, access, signal),
  ]);
  const silent = { state: 'silent', why: 'Kubernetes does not answer' } as const;
  const kubernetes = { ...(inside === undefined ? silent : { state: 'running' as const }), ...context.found };
  return { seen: { ...around, kubernetes, inside, size }, access };
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

/** Works without its Kubernetes too: then it shows how to enable it. */
export async function isDesktopInstalled(host: Host, signal: AbortSignal): Promise<boolean> {
  if ('found' in (await findDesktopContext(host, signal))) return true;
  return (await answered(signal, observeDesktop(host, signal)))?.settings !== undefined;
}

/** One line for each figure, with its source. */
function showDesktopStatus(seen: DesktopStatus, sized: SizeVerdict): readonly Row[] {
  const { engine, missingTools, kubernetes, inside } = seen;
  const missing = inside?.objects.missing ?? [];
  return [
    ['docker', engine.version === undefined ? engine.state : `${engine.version}, answers`],
    ['tools', missingTools.length === 0 ? 'all present' : `missing: ${missingTools.join(', ')}`],
    ['cluster', `docker-desktop: ${kubernetes.state}${describeMaker(seen)}`],
    ...(inside?.nodes ?? []).filter(({ ready }) => !ready).map(({ name }): Row => ['node', `${name}: not ready`]),
    ...showSize(seen, sized),
    ...(missing.length === 0 ? [] : [['missing', missing.join(', ')] as const]),
    ['spark', inside?.objects.record?.['sparkImage'] ?? 'not prepared'],
    ...(kubernetes.kubeconfig === undefined ? [] : [['kubeconfig', `${kubernetes.kubeconfig}, yours`] as const]),
  ];
}

function describeMaker({ kubernetes, inside }: DesktopStatus): string {
  if (kubernetes.why !== undefined) return ` (${kubernetes.why})`;
  const [node] = inside?.nodes ?? [];
  return node === undefined ? '' : ` (Docker Desktop, runtime ${node.runtime}, Kubernetes ${node.kubernetesVersion})`;
}

function showSize({ size }: DesktopStatus, { notes, comparison }: SizeVerdict): readonly Row[] {
  const figures: readonly (readonly [string, Resources | undefined])[] = [
    ['machine', size.limit],
    ['node', size.node?.allocatable],
    ['free', size.free],
    ['host', size.host],
  ];
  const known = showSizes(figures);
  if (known.length === 0) return [];
  const settings: readonly Row[] = size.settings === undefined ? [] : [['  configured', showConfigured(size.settings)]];
  return [['size', comparison ?? 'unknown'], ...settings, ...known, ...notes.map((note): Row => ['  !', note])];
}

/** A missing figure means Docker Desktop's default, which its settings do not record. */
function showConfigured({ path, cpus, memoryMb }: ConfiguredSize): string {
  const cpu = cpus === undefined ? 'default CPUs' : `${String(cpus)} CPUs`;
  const memory = memoryMb === undefined ? 'default memory' : showGigabytes(memoryMb);
  return `${cpu} and ${memory} (${path})`;
}
