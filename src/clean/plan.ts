import type { KubectlTool } from '../kube/kubectl.js';
import type { OldImages } from '../images/sets/old-images.js';
import type { Argv } from '../ports/runner.js';
import { deleteObjectsArgv, type ClusterObject } from './cluster-object.js';
import { nameFolder, removeArgvs, showTotal, type MeasuredFolder } from './folders.js';
import { isStanding, type RunObjects } from './leftovers.js';
import type { Leftovers } from './observe.js';
import type { Orphan } from './orphans.js';
import { count } from '../text/words.js';
import { sparkRoleLabel } from '../kube/labels.js';

export interface CleanRequest {
  /** Also runs that are at work, and what another home made. */
  readonly all: boolean;
  readonly volumes: boolean;
}

export interface EndWork {
  readonly kind: 'end';
  readonly pids: readonly number[];
}

export type CleanWork =
  | EndWork
  | { readonly kind: 'delete' }
  /** Asked for separately. */
  | { readonly kind: 'delete-volumes' }
  | { readonly kind: 'prune'; readonly old: OldImages }
  | { readonly kind: 'remove'; readonly paths: readonly string[] };

/** Something that goes, with how and what exactly. */
export interface Removal<Work> {
  readonly title: string;
  readonly why: string;
  /** In this order, each after the one before has ended. */
  readonly commands: readonly Argv[];
  /** What goes, one by one. */
  readonly items: readonly string[];
  readonly work: Work;
}

export type CleanStep = Removal<CleanWork>;

/** Pure: what was seen → what goes, in an order in which nothing comes back. */
export function planClean(
  seen: Leftovers,
  folders: readonly MeasuredFolder[],
  kubectl: KubectlTool | undefined,
  request: CleanRequest,
): readonly CleanStep[] {
  return [
    ...endOrphans(seen.orphans),
    ...(kubectl === undefined
      ? []
      : [...deleteObjects(kubectl, seen, request), ...deleteVolumes(kubectl, seen, request)]),
    ...removeFolders(folders),
  ];
}

/** Of this home's runs those that nobody cares for any more, unless all are meant. */
export function listDoomed(
  { objects, liveRuns }: Leftovers,
  { all }: Pick<CleanRequest, 'all'>,
): readonly ClusterObject[] {
  if (objects === undefined) return [];
  const isDoomed = (run: RunObjects): boolean => all || isOver(run, liveRuns);
  const runs = objects.runs.filter(isDoomed);
  const staying = objects.runs.filter((run) => !isDoomed(run)).flatMap((run) => run.objects);
  const atWork = new Set(staying.map(({ namespace }) => namespace));
  // drivers at work may run in it
  const others = objects.others.filter(
    (one) => (all || !objects.foreign.has(one.uid)) && (!isStanding(one) || !atWork.has(one.namespace)),
  );
  return [...runs.flatMap((run) => run.objects), ...others];
}

function isOver({ runId, isForeign }: RunObjects, liveRuns: Leftovers['liveRuns']): boolean {
  return !isForeign && !liveRuns.has(runId);
}

/** Before the objects: an orphaned Skaffold may be about to deploy more. */
export function endOrphans(orphans: readonly Orphan[]): readonly Removal<EndWork>[] {
  if (orphans.length === 0) return [];
  const items = orphans.map(({ pid, program, runId }) => `process ${String(pid)} (${program}, run ${runId})`);
  return [
    {
      title: `End ${count(orphans.length, 'process', 'processes')}`,
      why: 'the spark-dev that started them is gone',
      commands: orphans.map(({ pid }) => ['kill', String(pid)]),
      items,
      work: { kind: 'end', pids: orphans.map(({ pid }) => pid) },
    },
  ];
}

function deleteObjects(kubectl: KubectlTool, seen: Leftovers, request: CleanRequest): readonly CleanStep[] {
  const doomed = listDoomed(seen, request);
  if (doomed.length === 0) return [];
  const runs = (seen.objects?.runs ?? []).filter((run) => request.all || isOver(run, seen.liveRuns)).length;
  return [
    {
      title: `Remove ${count(doomed.length, 'object')} from the cluster`,
      why: runs === 0 ? 'they belong to no run' : `what ${count(runs, 'run')} left behind`,
      commands: deletionArgvs(kubectl, doomed),
      items: doomed.map(nameObject),
      work: { kind: 'delete' },
    },
  ];
}

/**
 * Jobs and what replaces its pods first and waited for, because a submit client may be about to create its driver; then
 * drivers, which would replace executors; then all else.
 */
export function deletionArgvs(kubectl: KubectlTool, doomed: readonly ClusterObject[]): readonly Argv[] {
  const makers = doomed.filter(({ kind }) => ['job', 'deployment', 'statefulset'].includes(kind));
  const drivers = doomed.filter(({ kind, labels }) => kind === 'pod' && labels[sparkRoleLabel] === 'driver');
  const rest = doomed.filter((one) => !makers.includes(one) && !drivers.includes(one));
  const waited = ['--wait=true', '--timeout=30s'];
  return [
    ...inNamespaces(makers).map((some) => deleteObjectsArgv(kubectl, some, [...waited, '--cascade=foreground'])),
    ...inNamespaces(drivers).map((some) => deleteObjectsArgv(kubectl, some, [...waited, '--grace-period=5'])),
    ...inNamespaces(rest).map((some) => deleteObjectsArgv(kubectl, some, [...waited, '--grace-period=5'])),
  ];
}

/** A claim stays until no pod mounts it, so those of live runs are left alone. */
function deleteVolumes(kubectl: KubectlTool, seen: Leftovers, request: CleanRequest): readonly CleanStep[] {
  if (!request.volumes || seen.objects === undefined) return [];
  const { volumes, runs, foreign } = seen.objects;
  const staying = request.all ? [] : runs.filter((run) => !isOver(run, seen.liveRuns)).flatMap((run) => run.objects);
  const mounted = new Set(staying.flatMap(({ namespace, claims }) => claims.map((claim) => `${namespace}/${claim}`)));
  const doomed = volumes.filter(
    ({ namespace, name, uid }) => !mounted.has(`${namespace}/${name}`) && (request.all || !foreign.has(uid)),
  );
  if (doomed.length === 0) return [];
  return [
    {
      title: `Delete ${count(doomed.length, 'volume')} and all data in ${doomed.length === 1 ? 'it' : 'them'}`,
      why: '--volumes asks for it',
      commands: inNamespaces(doomed).map((some) => deleteObjectsArgv(kubectl, some, ['--wait=true', '--timeout=60s'])),
      items: doomed.map((one) => `volume ${one.namespace}/${one.name} (${one.storage})`),
      work: { kind: 'delete-volumes' },
    },
  ];
}

function removeFolders(folders: readonly MeasuredFolder[]): readonly CleanStep[] {
  if (folders.length === 0) return [];
  const paths = folders.map(({ path }) => path);
  return [
    {
      title: `Remove ${count(folders.length, 'folder')}${showTotal(folders)}`,
      why: 'whatever needs them again makes them again',
      commands: removeArgvs(paths),
      items: folders.map((folder) => `folder ${nameFolder(folder)}`),
      work: { kind: 'remove', paths },
    },
  ];
}

/** Last, when the programs that were making it are gone. */
export function removeHalfMade(found: readonly MeasuredFolder[]): readonly CleanStep[] {
  if (found.length === 0) return [];
  const paths = found.map(({ path }) => path);
  return [
    {
      title: `Remove ${count(found.length, 'temporary file or folder', 'temporary files and folders')}${showTotal(found)}`,
      why: 'the run, download or build that made them was killed',
      commands: removeArgvs(paths),
      items: found.map((one) => `temporary ${nameFolder(one)}`),
      work: { kind: 'remove', paths },
    },
  ];
}

export function nameObject({ kind, namespace, name }: ClusterObject): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function inNamespaces(objects: readonly ClusterObject[]): readonly (readonly ClusterObject[])[] {
  const byNamespace = new Map<string, ClusterObject[]>();
  for (const object of objects)
    byNamespace.set(object.namespace, [...(byNamespace.get(object.namespace) ?? []), object]);
  return [...byNamespace.values()];
}
