import type { ClusterAccess } from '../clusters/capabilities.js';
import type { KubectlTool } from '../kube/kubectl.js';
import { sparkRoleLabel } from '../kube/labels.js';
import type { Argv } from '../ports/runner.js';
import { runCommands } from '../steps/apply.js';
import { count } from '../text/words.js';
import { deleteObjectsArgv, type ClusterObject } from './cluster-object.js';
import { isStanding, type RunObjects } from './leftovers.js';
import { observeLeftovers, type Leftovers } from './observe.js';
import { endStillOrphaned, type Orphan } from './orphans.js';
import type { Removal } from './removal.js';

export interface CleanRequest {
  /** Also active runs, and objects of another home. */
  readonly all: boolean;
  readonly volumes: boolean;
}

/** Pure: from observed leftovers to removal steps, in an order in which nothing comes back. */
export function planClean(seen: Leftovers, request: CleanRequest): readonly Removal[] {
  const { cluster, orphans } = seen;
  const inCluster =
    cluster === undefined ? [] : [deleteObjects(cluster, seen, request), deleteVolumes(cluster, seen, request)];
  return [endOrphans(orphans), ...inCluster].filter(({ items }) => items.length > 0);
}

/** Before the objects: an orphaned Skaffold may be about to deploy more. */
export function endOrphans(orphans: readonly Orphan[]): Removal {
  const pids = orphans.map(({ pid }) => pid);
  return {
    id: 'end',
    title: `Terminate ${count(orphans.length, 'process', 'processes')}`,
    why: 'the spark-dev that started them is gone',
    commands: pids.map((pid) => ['kill', String(pid)]),
    items: orphans.map(({ pid, program, runId }) => `process ${String(pid)} (${program}, run ${runId})`),
    remove: async (host) => {
      await endStillOrphaned(host, pids);
    },
  };
}

interface Fates {
  readonly doomedRuns: readonly RunObjects[];
  /** Objects of the other runs. */
  readonly staying: readonly ClusterObject[];
  readonly doomed: readonly ClusterObject[];
}

/** This home's abandoned runs, or all runs if requested. */
function sortByFate({ objects, liveRuns }: Leftovers, { all }: CleanRequest): Fates {
  const doomedRuns = objects.runs.filter((run) => all || (!run.isForeign && !liveRuns.has(run.runId)));
  const staying = objects.runs.filter((run) => !doomedRuns.includes(run)).flatMap((run) => run.objects);
  const atWork = new Set(staying.map(({ namespace }) => namespace));
  // running drivers may use it
  const others = objects.others.filter(
    (one) => (all || !objects.foreign.has(one.uid)) && (!isStanding(one) || !atWork.has(one.namespace)),
  );
  return { doomedRuns, staying, doomed: [...doomedRuns.flatMap((run) => run.objects), ...others] };
}

/** A terminating submit client may still create its driver, which is removed in the next round. */
const mostRounds = 3;

function deleteObjects(cluster: ClusterAccess, seen: Leftovers, request: CleanRequest): Removal {
  const { doomed, doomedRuns } = sortByFate(seen, request);
  const commands = deletionArgvs(cluster, doomed);
  return {
    id: 'delete',
    title: `Remove ${count(doomed.length, 'object')} from the cluster`,
    why: doomedRuns.length === 0 ? 'they belong to no run' : `left behind by ${count(doomedRuns.length, 'run')}`,
    commands,
    items: doomed.map(nameObject),
    remove: async (host, signal) => {
      const options = { env: cluster.childEnv, signal, timeoutMs: 45_000 };
      let left = commands;
      for (let round = 0; round < mostRounds && left.length > 0; round += 1) {
        await runCommands(host, { commands: left }, options);
        left = deletionArgvs(cluster, sortByFate(await observeLeftovers(host, cluster, signal), request).doomed);
      }
    },
  };
}

/**
 * Deletes jobs and other pod controllers first and waits for them, because a submit client may be about to create its driver;
 * then drivers, which would replace executors; then everything else.
 */
function deletionArgvs(kubectl: KubectlTool, doomed: readonly ClusterObject[]): readonly Argv[] {
  const makers = doomed.filter(({ kind }) => ['job', 'deployment', 'statefulset'].includes(kind));
  const drivers = doomed.filter(({ kind, labels }) => kind === 'pod' && labels[sparkRoleLabel] === 'driver');
  const rest = doomed.filter((one) => !makers.includes(one) && !drivers.includes(one));
  const waited = ['--wait=true', '--timeout=30s'];
  return [
    ...deleteByNamespace(kubectl, makers, [...waited, '--cascade=foreground']),
    ...deleteByNamespace(kubectl, drivers, [...waited, '--grace-period=5']),
    ...deleteByNamespace(kubectl, rest, [...waited, '--grace-period=5']),
  ];
}

/** On request only. A claim stays while a pod mounts it, so claims of live runs are left alone. */
function deleteVolumes(cluster: ClusterAccess, seen: Leftovers, request: CleanRequest): Removal {
  const { staying } = sortByFate(seen, request);
  const mounted = new Set(staying.flatMap(({ namespace, claims }) => claims.map((claim) => `${namespace}/${claim}`)));
  const { volumes, foreign } = seen.objects;
  const doomed = volumes.filter(
    ({ namespace, name, uid }) =>
      request.volumes && !mounted.has(`${namespace}/${name}`) && (request.all || !foreign.has(uid)),
  );
  const commands = deleteByNamespace(cluster, doomed, ['--wait=true', '--timeout=60s']);
  return {
    id: 'delete-volumes',
    title: `Delete ${count(doomed.length, 'volume')} and all data in ${doomed.length === 1 ? 'it' : 'them'}`,
    why: 'requested by --volumes',
    commands,
    items: doomed.map((one) => `volume ${one.namespace}/${one.name} (${one.storage})`),
    remove: async (host, signal) => {
      await runCommands(host, { commands }, { env: cluster.childEnv, signal, timeoutMs: 75_000 });
    },
  };
}

function deleteByNamespace(
  kubectl: KubectlTool,
  objects: readonly ClusterObject[],
  how: readonly string[],
): readonly Argv[] {
  const namespaces = [...new Set(objects.map(({ namespace }) => namespace))];
  return namespaces.map((namespace) =>
    deleteObjectsArgv(
      kubectl,
      objects.filter((one) => one.namespace === namespace),
      how,
    ),
  );
}

export function nameObject({ kind, namespace, name }: ClusterObject): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
