import { join } from 'node:path';
import { observeSize } from '../clusters/observe-size.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Resources } from '../kube/resources.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { PlannedImage } from '../images/recipe.js';
import type { Host } from '../ports/host.js';
import { inRunFolder } from '../runs/run-folder.js';
import { inStep } from '../steps/apply.js';
import { fitCase, nextThatFits, type CaseCapacity } from './case-capacity.js';
import type { VerifyCase } from './case.js';
import { readPodYaml } from './pod-yaml.js';
import { countStatus, type CaseResult, type VerifyReport } from './report.js';
import { runCase, type CaseEnd } from './run-case.js';
import type { ChosenCases } from './choose-cases.js';
import { ensureVerifyImage, type VerifyImages } from './verify-image.js';

export interface VerifyRequest {
  readonly chosen: ChosenCases;
  readonly runId: string;
  readonly images: VerifyImages;
  /** Each case is broken on purpose and must fail. */
  readonly isSabotaged: boolean;
  readonly signal: AbortSignal;
}

/** Runs as many cases at a time as fit. */
export async function runCases(host: Host, cluster: PreparedCluster, request: VerifyRequest): Promise<VerifyReport> {
  const startedAt = host.clock.now();
  const folder = join(host.directories.state, 'runs', request.runId);
  const results = await inRunFolder(host, request.runId, async () => {
    const logFile = join(folder, 'image.log');
    for (const image of neededImages(request))
      await ensureVerifyImage(host, cluster, image, { logFile, signal: request.signal });
    return runInParallel(host, cluster, request, folder);
  });
  const cases = [
    ...request.chosen.cases.flatMap(({ id }) => results.get(id) ?? []),
    ...request.chosen.absent.map((one) => notRun(one, 'unavailable', one.unavailable)),
  ];
  return {
    sparkVersion: cluster.sparkVersion,
    image: request.images.applications.reference,
    runId: request.runId,
    folder,
    sabotaged: request.isSabotaged,
    passed: countStatus(cases, 'passed'),
    failed: countStatus(cases, 'failed'),
    unavailable: countStatus(cases, 'unavailable'),
    tookMs: host.clock.now() - startedAt,
    cases,
  };
}

async function runInParallel(
  host: Host,
  cluster: PreparedCluster,
  request: VerifyRequest,
  folder: string,
): Promise<ReadonlyMap<string, CaseResult>> {
  const { atOnce, ...capacity } = await observeCapacity(host, cluster, request.signal);
  const yaml = await readPodYaml(host.directories);
  const results = new Map<string, CaseResult>();
  const waiting: { readonly one: VerifyCase; readonly heapMb: number; readonly room: Resources }[] = [];
  for (const one of request.chosen.cases) {
    const fit = fitCase(one, capacity);
    if ('room' in fit) waiting.push({ one, ...fit });
    else results.set(one.id, notRun(one, 'failed', fit.unfit));
  }
  const running = new Map<Promise<void>, Resources>();
  const ending = new Set<Promise<void>>();
  const troubles: unknown[] = [];
  let stir: () => void = () => undefined;
  const start = ({ one, heapMb, room }: (typeof waiting)[number]): void => {
    const work = perform(host, one, heapMb, request, (onRoomFree) =>
      runCase(one, {
        ...{ host, cluster, yaml, folder, heapMb, onRoomFree },
        ...{ runId: request.runId, isSabotaged: request.isSabotaged, signal: request.signal },
        image: (one.withConnect === true ? request.images.withConnect : request.images.applications).reference,
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
  while (waiting.length > 0 && troubles.length === 0 && !request.signal.aborted) {
    const rooms = waiting.map(({ room }) => room);
    const next = nextThatFits(rooms, [...running.values()], capacity.free, atOnce);
    const [chosen] = next === undefined ? [] : waiting.splice(next, 1);
    if (chosen !== undefined) start(chosen);
    else {
      await new Promise<void>((resolve) => {
        stir = resolve;
      });
    }
  }
  await Promise.all(ending);
  if (request.signal.aborted) throw new SparkDevError('INTERRUPTED', 'Verify was interrupted');
  if (troubles.length > 0) throw troubles[0];
  return results;
}

function neededImages({ chosen, images }: VerifyRequest): readonly PlannedImage[] {
  const { applications, withConnect } = images;
  return chosen.cases.some((one) => one.withConnect === true) ? [applications, withConnect] : [applications];
}

type Work = (onRoomFree: () => void) => Promise<CaseEnd>;

/** Throws what is not a result of the case, such as a signal or a missing tool. */
function perform(
  host: Host,
  one: VerifyCase,
  heapMb: number,
  { isSabotaged }: VerifyRequest,
  work: Work,
): (onRoomFree: () => void) => Promise<CaseResult> {
  return async (onRoomFree) => {
    const startedAt = host.clock.now();
    const by = isSabotaged ? ` (broken by: ${one.faultInjection.by})` : '';
    return inStep(host, `${one.id} ${one.title}${by}`, async (step) => {
      const end = await work(onRoomFree);
      const why = [...(isSabotaged ? classifyFaultInjection(one, end.failures) : end.failures), ...end.leftovers];
      if (why.length > 0) step.failed(why[0]);
      else if (isSabotaged) step.note('failed as expected');
      return {
        ...describe(one),
        status: why.length === 0 ? 'passed' : 'failed',
        why,
        tookMs: host.clock.now() - startedAt,
        heapMb,
        executors: end.executors,
        folder: end.folder,
      };
    });
  };
}

/** Failing for another reason proves nothing. */
export function classifyFaultInjection({ faultInjection }: VerifyCase, failures: readonly string[]): readonly string[] {
  if (failures.some((one) => one.includes(faultInjection.red))) return [];
  if (failures.length === 0) return [`It passed despite ${faultInjection.by}`];
  return [`It failed, but not with ${JSON.stringify(faultInjection.red)}:`, ...failures];
}

function notRun(one: Titled, status: 'failed' | 'unavailable', why: string): CaseResult {
  return { ...describe(one), status, why: [why], tookMs: 0, heapMb: null, executors: [], folder: null };
}

type Titled = Pick<CaseResult, 'id' | 'suite' | 'title' | 'need'>;

function describe({ id, suite, title, need }: Titled): Titled {
  return { id, suite, title, need };
}

/** A pod must fit one node; more JVMs than cores only wait for each other. */
async function observeCapacity(
  host: Host,
  cluster: PreparedCluster,
  signal: AbortSignal,
): Promise<CaseCapacity & { readonly atOnce: number }> {
  const { rooms } = await observeSize(host, cluster, signal);
  const [roomiest] = [...rooms].sort((left, right) => right.free.memoryMb - left.free.memoryMb);
  if (roomiest === undefined)
    throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${cluster.context} does not answer`, {
      fix: ['spark-dev status', 'spark-dev init --yes'],
    });
  const { free, allocatable } = roomiest;
  return { free, whole: allocatable, atOnce: Math.max(1, Math.floor(allocatable.cpuMilli / 1000)) };
}
