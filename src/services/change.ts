import type { PreparedCluster } from '../clusters/prepared.js';
import { applyInputArgv, kubectl } from '../kube/kubectl.js';
import { homeLabel } from '../kube/labels.js';
import type { Argv } from '../ports/runner.js';
import type { Step } from '../steps/step.js';
import { completeObjects, isWorkload, type ServiceObject } from './objects.js';
import type { ClusterService } from './service.js';
import { classifyHealth, observeObject, type ObservedObject, type Standing } from './standing.js';

export interface Change {
  readonly objects: readonly ServiceObject[];
  /** Objects of an earlier call with other options. */
  readonly stale: readonly ObservedObject[];
  /** Empty if the service is ready as requested. */
  readonly steps: readonly Step<'apply' | 'wait'>[];
}

/** Pure. */
export function planChange(
  cluster: PreparedCluster,
  service: ClusterService,
  options: unknown,
  standing: Standing,
): Change {
  const { name, title } = service;
  const objects = completeObjects(cluster, name, service.objects(cluster, options));
  const wanted = objects.map(observeObject);
  // objects that users added have no digest, those of other homes another label
  const stale = standing.objects.filter(
    (one) =>
      one.kind !== 'Pod' &&
      one.digest !== undefined &&
      one.labels[homeLabel] === cluster.home &&
      findSame(one, wanted) === undefined,
  );
  const why = explainChange(wanted, stale, standing);
  if (why !== undefined) {
    const commands = [applyInputArgv(cluster), ...removeObjectsArgvs(cluster, stale)];
    return { objects, stale, steps: [{ id: 'apply', title: `Start ${title}`, why, commands }] };
  }
  const { state, why: note = state } = classifyHealth(standing);
  const wait = { id: 'wait', title: `Wait for ${title}`, why: note, commands: [] } as const;
  return { objects, stale, steps: state === 'ready' ? [] : [wait] };
}

/** Undefined if nothing has to change. */
function explainChange(
  wanted: readonly ObservedObject[],
  stale: readonly ObservedObject[],
  { objects }: Standing,
): string | undefined {
  if (!objects.some(isWorkload)) return 'it does not run in this namespace';
  const whys = wanted.map((one) => {
    const seen = findSame(one, objects);
    if (seen === undefined) return `${objectName(one)} is missing`;
    if (seen.image !== one.image) return `it uses another image: ${seen.image ?? 'none'}`;
    if (seen.memoryMb !== one.memoryMb) return `its memory limit is ${String(seen.memoryMb)} MB`;
    return seen.digest === one.digest && seen.replicas === one.replicas ? undefined : `${objectName(one)} differs`;
  });
  return [...whys, ...stale.map((one) => `${objectName(one)} is no longer needed`)].find((one) => one !== undefined);
}

/** Deletes by name, so only observed objects; a workload takes its pods, and what they own, with it. */
export function removeObjectsArgvs(cluster: PreparedCluster, objects: readonly ObservedObject[]): readonly Argv[] {
  if (objects.length === 0) return [];
  const how = ['--ignore-not-found', '--wait=true', '--timeout=30s', '--cascade=foreground'];
  return [kubectl(cluster, cluster.namespace).delete(...objects.map(objectName), ...how)];
}

/** For kubectl. */
export function objectName({ kind, name }: ObservedObject): string {
  return `${kind.toLowerCase()}/${name}`;
}

export function findSame(one: ObservedObject, among: readonly ObservedObject[]): ObservedObject | undefined {
  return among.find(({ kind, name }) => kind === one.kind && name === one.name);
}
