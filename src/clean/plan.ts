import type { KubectlTool } from '../kube/kubectl.js';
import type { OldImages } from '../images/sets/old-images.js';
import type { Argv } from '../ports/runner.js';
import type { Step } from '../steps/step.js';
import { deleteObjectsArgv, type ClusterObject } from './cluster-object.js';
import { nameFolder, removeArgvs, showTotal, type MeasuredFolder } from './folders.js';
import { isStanding, type RunObjects } from './leftovers.js';
import type { Leftovers } from './observe.js';
import type { Orphan } from './orphans.js';
import { count } from '../text/words.js';
import { sparkRoleLabel } from '../kube/labels.js';

export interface CleanRequest {
  /** Also active runs, and objects of another home. */
  readonly all: boolean;
  readonly volumes: boolean;
}

/** Steps shared by clean and uninstall. */
export type CommonWork =
  | { readonly kind: 'end'; readonly pids: readonly number[] }
  | { readonly kind: 'folders'; readonly paths: readonly string[] };

export type CleanWork =
  | CommonWork
  | { readonly kind: 'delete' }
  /** On request only. */
  | { readonly kind: 'delete-volumes' }
  | { readonly kind: 'prune'; readonly old: OldImages };

/** A removal step: how, and exactly what. */
export interface Removal<Work> extends Step {
  readonly items: readonly string[];
  readonly work: Work;
}

export type CleanStep = Removal<CleanWork>;

/** Pure: from observed leftovers to removal steps, in an order in which nothing comes back. */
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
    ...removeFolders(folders, 'folders', 'they are recreated when needed'),
  ];
}

/** This home's abandoned runs, or all runs if requested. */
export function listDoomed(
  { objects, liveRuns }: Leftovers,
  { all }: Pick<CleanRequest, 'all'>,
): readonly ClusterObject[] {
  if (objects === undefined) return [];
  const isDoomed = (run: RunObjects): boolean => all || isOver(run, liveRuns);
  const runs = objects.runs.filter(isDoomed);
  const staying = objects.runs.filter((run) => !isDoomed(run)).flatMap((run) => run.objects);
  const atWork = new Set(staying.map(({ namespace }) => namespace));
  // running drivers may use it
  const others = objects.others.filter(
    (one) => (all || !objects.foreign.has(one.uid)) && (!isStanding(one) || !atWork.has(one.namespace)),
  );
  return [...runs.flatMap((run) => run.objects), ...others];
}

function isOver({ runId, isForeign }: RunObjects, liveRuns: Leftovers['liveRuns']): boolean {
  return !isForeign && !liveRuns.has(runId);
}

/** Before the objects: an orphaned Skaffold may be about to deploy more. */
export function endOrphans(orphans: readonly Orphan[]): readonly Removal<CommonWork>[] {
  if (orphans.length === 0) return [];
  const items = orphans.map(({ pid, program, runId }) => `process ${String(pid)} (${program}, run ${runId})`);
  return [
    {
      id: 'end',
      title: `Terminate ${count(orphans.length, 'process', 'processes')}`,
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
      id: 'delete',
      title: `Remove ${count(doomed.length, 'object')} from the cluster`,
      why: runs === 0 ? 'they belong to no run' : `left behind by ${count(runs, 'run')}`,
      commands: deletionArgvs(kubectl, doomed),
      items: doomed.map(nameObject),
      work: { kind: 'delete' },
    },
  ];
}

/**
 * Deletes jobs and other pod controllers first and waits for them, because a submit client may be about to create its driver;
 * then drivers, which would replace executors; then everything else.
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

/** A claim stays while a pod mounts it, so claims of live runs are left alone. */
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
      id: 'delete-volumes',
      title: `Delete ${count(doomed.length, 'volume')} and all data in ${doomed.length === 1 ? 'it' : 'them'}`,
      why: 'requested by --volumes',
      commands: inNamespaces(doomed).map((some) => deleteObjectsArgv(kubectl, some, ['--wait=true', '--timeout=60s'])),
      items: doomed.map((one) => `volume ${one.namespace}/${one.name} (${one.storage})`),
      work: { kind: 'delete-volumes' },
    },
  ];
}

export function removeFolders(
  folders: readonly MeasuredFolder[],
  id: string,
  why: string,
  { item, one, many } = { item: 'folder', one: 'folder', many: 'folders' },
): readonly Removal<CommonWork>[] {
  if (folders.length === 0) return [];
  const paths = folders.map(({ path }) => path);
  return [
    {
      id,
      title: `Remove ${count(folders.length, one, many)}${showTotal(folders)}`,
      why,
      commands: removeArgvs(paths),
      items: folders.map((folder) => `${item} ${nameFolder(folder)}`),
      work: { kind: 'folders', paths },
    },
  ];
}

/** Last, when the programs that were making it are gone. */
export function removeHalfMade(found: readonly MeasuredFolder[]): readonly CleanStep[] {
  const why = 'left by a killed run, download or build';
  const what = { item: 'temporary', one: 'temporary file or folder', many: 'temporary files and folders' };
  return removeFolders(found, 'half-made', why, what);
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
