import { join } from 'node:path';
import { observeSize } from '../cluster/observe-size.js';
import type { PreparedCluster } from '../cluster/prepared.js';
import type { Room } from '../cluster/room.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { PlannedImage } from '../images/recipe.js';
import type { Host } from '../ports/host.js';
import { inRunFolder } from '../runs/private-run.js';
import { fitCase, nextThatFits, type Ground } from './case-room.js';
import type { VerifyCase } from './case.js';
import { readPodYaml } from './pod-yaml.js';
import { countStatus, type CaseResult, type VerifyReport } from './report.js';
import { runCase, type CaseEnd } from './run-case.js';
import type { ChosenCases } from './choose-cases.js';
import { ensureVerifyImage, type VerifyImages } from './verify-image.js';

export interface VerifyWish {
  readonly chosen: ChosenCases;
  readonly runId: string;
  readonly images: VerifyImages;
  /** Each case broken on purpose: then red is what is expected. */
  readonly isSabotaged: boolean;
  readonly signal: AbortSignal;
}

/** All cases, as many at a time as have room; their order is kept where there is room for one. */
export async function runCases(host: Host, cluster: PreparedCluster, wish: VerifyWish): Promise<VerifyReport> {
  const startedAt = host.clock.now();
  const folder = join(host.directories.state, 'runs', wish.runId);
  const results = await inRunFolder(host, wish.runId, async () => {
    const logFile = join(folder, 'image.log');
    for (const image of neededImages(wish))
      await ensureVerifyImage(host, cluster, image, { logFile, signal: wish.signal });
    return runBeside(host, cluster, wish, folder);
  });
  const cases = [
    ...wish.chosen.cases.flatMap(({ id }) => results.get(id) ?? []),
    ...wish.chosen.absent.map((one) => notRun(one, 'unavailable', one.unavailable)),
  ];
  return {
    sparkVersion: cluster.sparkVersion,
    image: wish.images.applications.reference,
    runId: wish.runId,
    folder,
    sabotaged: wish.isSabotaged,
    passed: countStatus(cases, 'passed'),
    failed: countStatus(cases, 'failed'),
    unavailable: countStatus(cases, 'unavailable'),
    tookMs: host.clock.now() - startedAt,
    cases,
  };
}

async function runBeside(
  host: Host,
  cluster: PreparedCluster,
  wish: VerifyWish,
  folder: string,
): Promise<ReadonlyMap<string, CaseResult>> {
  const { atOnce, ...ground } = await observeGround(host, cluster, wish.signal);
  const yaml = await readPodYaml(host.directories);
  const results = new Map<string, CaseResult>();
  const waiting: { readonly one: VerifyCase; readonly heapMb: number; readonly room: Room }[] = [];
  for (const one of wish.chosen.cases) {
    const fit = fitCase(one, ground);
    if ('room' in fit) waiting.push({ one, ...fit });
    else results.set(one.id, notRun(one, 'failed', fit.unfit));
  }
  const running = new Map<Promise<void>, Room>();
  const ending = new Set<Promise<void>>();
  const troubles: unknown[] = [];
  let stir: () => void = () => undefined;
  const start = ({ one, heapMb, room }: (typeof waiting)[number]): void => {
    const work = perform(host, one, heapMb, wish, (onRoomFree) =>
      runCase(one, {
        ...{ host, cluster, yaml, folder, heapMb, onRoomFree },
        ...{ runId: wish.runId, isSabotaged: wish.isSabotaged, signal: wish.signal },
        image: (one.withConnect === true ? wish.images.withConnect : wish.images.applications).reference,
      }),
    );
    const freed = (): void => {
      running.delete(whole);
      stir();
    };
    const whole = work(freed)
      .then((result) => results.set(one.id, result))
      .catch((error: unknown) => troubles.push(error))
      .then(() => {
        ending.delete(whole);
        freed();
      });
    running.set(whole, room);
    ending.add(whole);
  };
  while (waiting.length > 0 && troubles.length === 0 && !wish.signal.aborted) {
    const rooms = waiting.map(({ room }) => room);
    const next = nextThatFits(rooms, [...running.values()], ground.free, atOnce);
    const [chosen] = next === undefined ? [] : waiting.splice(next, 1);
    if (chosen !== undefined) start(chosen);
    else {
      await new Promise<void>((resolve) => {
        stir = resolve;
      });
    }
  }
  await Promise.all(ending);
  if (wish.signal.aborted) throw new SparkDevError('INTERRUPTED', 'Verify was interrupted');
  if (troubles.length > 0) throw troubles[0];
  return results;
}

function neededImages({ chosen, images }: VerifyWish): readonly PlannedImage[] {
  const { applications, withConnect } = images;
  return chosen.cases.some((one) => one.withConnect === true) ? [applications, withConnect] : [applications];
}

type Work = (onRoomFree: () => void) => Promise<CaseEnd>;

/** Runs one and says how it ended; what is no verdict on the cluster (a signal, a tool that is gone) is thrown. */
function perform(
  host: Host,
  one: VerifyCase,
  heapMb: number,
  { isSabotaged }: VerifyWish,
  work: Work,
): (onRoomFree: () => void) => Promise<CaseResult> {
  return async (onRoomFree) => {
    const startedAt = host.clock.now();
    const by = isSabotaged ? ` (broken by: ${one.sabotage.by})` : '';
    const step = host.ui.step(`${one.id} ${one.title}${by}`);
    try {
      const end = await work(onRoomFree);
      const why = [...(isSabotaged ? judgeSabotage(one, end.failures) : end.failures), ...end.leftovers];
      if (why.length === 0) step.done(isSabotaged ? 'red, as it must be' : undefined);
      else step.fail(why[0]);
      return {
        ...describe(one),
        status: why.length === 0 ? 'passed' : 'failed',
        why,
        tookMs: host.clock.now() - startedAt,
        heapMb,
        executors: end.executors,
        folder: end.folder,
      };
    } catch (error) {
      step.fail();
      throw error;
    }
  };
}

/** Red for another reason proves nothing. */
export function judgeSabotage({ sabotage }: VerifyCase, failures: readonly string[]): readonly string[] {
  if (failures.some((one) => one.includes(sabotage.red))) return [];
  if (failures.length === 0) return [`It passed in spite of ${sabotage.by}`];
  return [`It went red, but never said ${JSON.stringify(sabotage.red)}:`, ...failures];
}

function notRun(one: Titled, status: 'failed' | 'unavailable', why: string): CaseResult {
  return { ...describe(one), status, why: [why], tookMs: 0, heapMb: null, executors: [], folder: null };
}

type Titled = Pick<CaseResult, 'id' | 'suite' | 'title' | 'need'>;

function describe({ id, suite, title, need }: Titled): Titled {
  return { id, suite, title, need };
}

/** No pod can use more than one node's room; more JVMs at a time than cores only wait for each other. */
async function observeGround(
  host: Host,
  cluster: PreparedCluster,
  signal: AbortSignal,
): Promise<Ground & { readonly atOnce: number }> {
  const { rooms } = await observeSize(host, cluster, signal);
  const [roomiest] = [...rooms].sort((left, right) => right.free.memoryMb - left.free.memoryMb);
  if (roomiest === undefined)
    throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${cluster.context} does not answer`, {
      fix: ['spark-dev status', 'spark-dev init --yes'],
    });
  const { free, allocatable } = roomiest;
  return { free, whole: allocatable, atOnce: Math.max(1, Math.floor(allocatable.cpuMilli / 1000)) };
}
