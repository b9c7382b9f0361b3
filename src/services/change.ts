import type { PreparedCluster } from '../clusters/prepared.js';
import { applyInputArgv, kubectl } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import type { Step } from '../steps/step.js';
import { completeObjects, isWorkload, type ServiceObject } from './objects.js';
import type { ClusterService } from './service.js';
import { judgeHealth, observeObject, type ObservedObject, type Standing } from './standing.js';

export interface Change {
  readonly objects: readonly ServiceObject[];
  /** What an earlier call brought up with other options. */
  readonly stale: readonly ObservedObject[];
  /** None where it stands as it is wanted and is ready. */
  readonly steps: readonly Step<'apply' | 'wait'>[];
}

/** Pure: what is wanted and what stands → what is to be done. */
export function planChange(
  cluster: PreparedCluster,
  service: ClusterService,
  options: unknown,
  standing: Standing,
): Change {
  const { name, title } = service;
  const objects = completeObjects(cluster, name, service.objects(cluster, options));
  const wanted = objects.map(observeObject);
  // what others added has no digest
  const stale = standing.objects.filter(
    (one) => one.kind !== 'Pod' && one.digest !== undefined && findSame(one, wanted) === undefined,
  );
  const why = explainChange(wanted, stale, standing);
  if (why !== undefined) {
    const commands = [applyInputArgv(cluster), ...removeObjectsArgvs(cluster, stale)];
    return { objects, stale, steps: [{ id: 'apply', title: `Bring ${title} up`, why, commands }] };
  }
  const { state, why: note = state } = judgeHealth(standing);
  const wait = { id: 'wait', title: `Wait for ${title}`, why: note, commands: [] } as const;
  return { objects, stale, steps: state === 'ready' ? [] : [wait] };
}

/** Undefined where all stands as it is wanted. */
function explainChange(
  wanted: readonly ObservedObject[],
  stale: readonly ObservedObject[],
  { objects }: Standing,
): string | undefined {
  if (!objects.some(isWorkload)) return 'there is none in this namespace';
  const whys = wanted.map((one) => {
    const seen = findSame(one, objects);
    if (seen === undefined) return `${objectName(one)} is missing`;
    if (seen.image !== one.image) return `it has another image: ${seen.image ?? 'none'}`;
    if (seen.memoryMb !== one.memoryMb) return `it may use ${String(seen.memoryMb)} MB`;
    return seen.digest === one.digest && seen.replicas === one.replicas ? undefined : `${objectName(one)} differs`;
  });
  return [...whys, ...stale.map((one) => `${objectName(one)} is not wanted any more`)].find((one) => one !== undefined);
}

/** By name, so that nothing goes but what was seen; with a workload go its pods, and what they own. None for nothing. */
export function removeObjectsArgvs(cluster: PreparedCluster, objects: readonly ObservedObject[]): readonly Argv[] {
  if (objects.length === 0) return [];
  const how = ['--ignore-not-found', '--wait=true', '--timeout=30s', '--cascade=foreground'];
  return [kubectl(cluster, cluster.namespace).delete(...objects.map(objectName), ...how)];
}

/** As kubectl takes it. */
export function objectName({ kind, name }: ObservedObject): string {
  return `${kind.toLowerCase()}/${name}`;
}

export function findSame(one: ObservedObject, among: readonly ObservedObject[]): ObservedObject | undefined {
  return among.find(({ kind, name }) => kind === one.kind && name === one.name);
}
