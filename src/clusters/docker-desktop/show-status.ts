import { type SizeVerdict, type Row, showSizes } from '../explain-size.js';
import { type Resources } from '../../kube/resources.js';
import type { ConfiguredSize } from './size.js';
import type { DesktopStatus } from './status.js';
import { showGigabytes } from '../../text/sizes.js';

/** Every figure on a line of its own, with who says it. */
export function showDesktopStatus(seen: DesktopStatus, sized: SizeVerdict): readonly Row[] {
  const { engine, missingTools, kubernetes, inside } = seen;
  const missing = inside?.objects.missing ?? [];
  return [
    ['docker', engine.version === undefined ? engine.state : `${engine.version}, answers`],
    ['tools', missingTools.length === 0 ? 'all there' : `missing: ${missingTools.join(', ')}`],
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
  return [['size', comparison ?? 'not known'], ...settings, ...known, ...notes.map((note): Row => ['  !', note])];
}

/** What stands nowhere is Docker Desktop's default, which it does not write down. */
function showConfigured({ path, cpus, memoryMb }: ConfiguredSize): string {
  const cpu = cpus === undefined ? 'CPUs as by default' : `${String(cpus)} CPUs`;
  const memory = memoryMb === undefined ? 'memory as by default' : showGigabytes(memoryMb);
  return `${cpu} and ${memory} (${path})`;
}
