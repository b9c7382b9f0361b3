import type { ClusterAccess } from '../clusters/capabilities.js';
import type { KubectlTool } from '../kube/kubectl.js';
import { sparkRoleLabel } from '../kube/labels.js';
import type { Argv } from '../ports/runner.js';
import { runCommands, type Step, applySteps } from '../steps/apply.js';
import { count } from '../text/words.js';
import { deleteObjectsArgv, type ClusterObject } from './cluster-object.js';
import { observeLeftovers, type Leftovers, isStanding, type RunObjects } from './observe.js';
import { endStillOrphaned, type Orphan } from './orphans.js';
import type { Host } from '../ports/host.js';
import { listWaiting } from '../runs/standby.js';
import { showSteps } from '../steps/show.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

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

/** A removal step: exactly what, and how. */
export interface Removal extends Step {
  readonly items: readonly string[];
  /** Returns what stayed, if only doing it tells. */
  readonly remove: (host: Host, signal: AbortSignal) => Promise<readonly string[] | undefined>;
}

export function itemsOf(steps: readonly Removal[]): readonly string[] {
  return steps.flatMap(({ items }) => items);
}

/** The answer of a dry run. */
export function showRemovals(steps: readonly Removal[]) {
  return {
    data: { removes: itemsOf(steps), steps: steps.map(({ title, commands }) => ({ title, commands })) },
    text: steps.flatMap((step) => [...step.items.map((item) => `- ${item}`), ...showSteps([step])]),
  };
}

/** Printed before the question. */
export function announceRemovals({ ui }: Host, steps: readonly Removal[]): void {
  for (const { title, why, items } of steps) {
    ui.say(`${title}: ${why}`);
    for (const item of items) ui.say(`- ${item}`);
  }
}

export interface Found {
  /** What `clean` would remove without any flag, except services that were started on purpose. */
  readonly leftovers: readonly string[];
  /** `deployment spark/spark-dev-submit`. */
  readonly standing: readonly string[];
  /** The runs of drivers that wait for their program. */
  readonly waiting: readonly string[];
}

/** Absent if the cluster does not tell. */
export async function listLeftovers(
  host: Host,
  access: ClusterAccess | undefined,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const [found, waiting] = await Promise.all([observeLeftovers(host, access, signal), listWaiting(host)]);
    const seen = {
      ...found,
      liveRuns: new Set([...found.liveRuns, ...waiting]),
      orphans: found.orphans.filter(({ runId }) => !waiting.includes(runId)),
    };
    const standing = seen.objects.others.filter(isStanding).map(nameObject);
    const items = itemsOf(planClean(seen, { all: false, volumes: false }));
    return { leftovers: items.filter((item) => !standing.includes(item)), standing, waiting };
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return { leftovers: [], standing: [], waiting: [] };
  }
}

export interface CleanEnd {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/** Runs the steps in order and then checks what is really gone; a failed step does not stop the next. */
export async function applyClean(
  host: Host,
  cluster: ClusterAccess | undefined,
  steps: readonly Removal[],
  signal: AbortSignal,
): Promise<CleanEnd> {
  const stayed: string[] = [];
  await applySteps(host, steps, {
    signal,
    apply: async (step) => {
      stayed.push(...((await step.remove(host, signal)) ?? []));
    },
    onFailure: (_step, error, running) => {
      if (signal.aborted) throw error;
      running.failed(error instanceof Error ? error.message : String(error));
    },
  });
  const items = itemsOf(steps);
  const there = itemsOf(planClean(await observeLeftovers(host, cluster, signal), { all: true, volumes: true }));
  const left = [...items.filter((item) => there.includes(item)), ...stayed];
  return { removed: items.filter((item) => !left.includes(item)), left };
}
