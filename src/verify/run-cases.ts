import { join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Resources } from '../kube/resources.js';
import type { Host } from '../ports/host.js';
import { inRunFolder, type RunIdentity } from '../runs/run-folder.js';
import { inStep } from '../steps/apply.js';
import { fitCase, nextThatFits, observeCapacity, type FittedCase } from './case-capacity.js';
import { readPodYaml } from './case-objects.js';
import type { VerifyCase } from './case.js';
import type { ChosenCases } from './cases.js';
import type { CaseRun } from './gather-evidence.js';
import type { CaseResult, VerifyReport } from './report.js';
import { runCase } from './run-case.js';
import { ensureVerifyImage, type VerifyImages } from './verify-image.js';

export interface VerifyRun extends RunIdentity {
  readonly cluster: PreparedCluster;
  readonly chosen: ChosenCases;
  readonly images: VerifyImages;
  /** Each case is broken on purpose and must fail. */
  readonly isSabotaged: boolean;
  /** The file for the JUnit report. */
  readonly junit?: string | undefined;
  readonly signal: AbortSignal;
}

/** Runs as many cases at a time as fit. */
export async function runCases(host: Host, run: VerifyRun): Promise<VerifyReport> {
  const { cluster, chosen, runId, folder, signal } = run;
  const { applications, withConnect } = run.images;
  const startedAt = host.clock.now();
  const results = await inRunFolder(host, runId, async () => {
    const options = { logFile: join(folder, 'image.log'), signal };
    await ensureVerifyImage(host, cluster, applications, options);
    if (chosen.cases.some((one) => one.withConnect === true))
      await ensureVerifyImage(host, cluster, withConnect, options);
    return runInParallel(host, run);
  });
  const cases = [
    ...chosen.cases.flatMap(({ id }) => results.get(id) ?? []),
    ...chosen.absent.map((one) => notRun(one, 'unavailable', one.unavailable)),
  ];
  const count = (status: CaseResult['status']): number => cases.filter((one) => one.status === status).length;
  return {
    sparkVersion: cluster.sparkVersion,
    image: applications.reference,
    runId,
    folder,
    sabotaged: run.isSabotaged,
    passed: count('passed'),
    failed: count('failed'),
    unavailable: count('unavailable'),
    tookMs: host.clock.now() - startedAt,
    cases,
  };
}

async function runInParallel(host: Host, run: VerifyRun): Promise<ReadonlyMap<string, CaseResult>> {
  const { cluster, chosen, images, signal } = run;
  const { atOnce, ...capacity } = await observeCapacity(host, cluster, signal);
  const yaml = await readPodYaml(host.directories);
  const results = new Map<string, CaseResult>();
  const waiting: (FittedCase & { readonly one: VerifyCase })[] = [];
  for (const one of chosen.cases) {
    const fit = fitCase(one, capacity);
    if ('room' in fit) waiting.push({ one, ...fit });
    else results.set(one.id, notRun(one, 'failed', fit.unfit));
  }
  /** What the running cases use; each promise resolves, and is removed, once its pods are gone. */
  const running = new Map<Promise<unknown>, Resources>();
  const ends: Promise<unknown>[] = [];
  const troubles: unknown[] = [];
  const start = ({ one, heapMb, room }: (typeof waiting)[number]): void => {
    const image = (one.withConnect === true ? images.withConnect : images.applications).reference;
    const freed: Promise<unknown> = new Promise<void>((onRoomFree) => {
      const end = perform(one, { ...run, host, yaml, image, heapMb, onRoomFree })
        .then((result) => results.set(one.id, result))
        .catch((error: unknown) => troubles.push(error));
      ends.push(end.finally(onRoomFree));
    }).then(() => running.delete(freed));
    running.set(freed, room);
  };
  while (waiting.length > 0 && troubles.length === 0 && !signal.aborted) {
    const rooms = waiting.map(({ room }) => room);
    const next = nextThatFits(rooms, [...running.values()], capacity.free, atOnce);
    if (next === undefined) await Promise.race(running.keys());
    else waiting.splice(next, 1).forEach(start);
  }
  await Promise.all(ends);
  if (signal.aborted) throw new SparkDevError('INTERRUPTED', 'Verify was interrupted');
  if (troubles.length > 0) throw troubles[0];
  return results;
}

/** Throws what is not a result of the case, such as a signal or a missing tool. */
function perform(one: VerifyCase, run: CaseRun): Promise<CaseResult> {
  const { host, heapMb, isSabotaged } = run;
  const startedAt = host.clock.now();
  const by = isSabotaged ? ` (broken by: ${one.fault})` : '';
  return inStep(host, `${one.id} ${one.title}${by}`, async (step) => {
    const { failures, leftovers, executors, folder } = await runCase(one, run);
    const why = [...(isSabotaged ? classifyFaultInjection(one, failures) : failures), ...leftovers];
    if (why.length > 0) step.failed(why[0]);
    else if (isSabotaged) step.note('failed as expected');
    const status = why.length === 0 ? 'passed' : 'failed';
    return { ...titleOf(one), status, why, tookMs: host.clock.now() - startedAt, heapMb, executors, folder };
  });
}

/** Failing for another reason proves nothing. */
function classifyFaultInjection({ fault, faultRed }: VerifyCase, failures: readonly string[]): readonly string[] {
  if (failures.some((one) => one.includes(faultRed))) return [];
  if (failures.length === 0) return [`It passed despite ${fault}`];
  return [`It failed, but not with ${JSON.stringify(faultRed)}:`, ...failures];
}

type Titled = Pick<CaseResult, 'id' | 'suite' | 'title' | 'need'>;

function notRun(one: Titled, status: 'failed' | 'unavailable', why: string): CaseResult {
  return { ...titleOf(one), status, why: [why], tookMs: 0, heapMb: null, executors: [], folder: null };
}

function titleOf({ id, suite, title, need }: Titled): Titled {
  return { id, suite, title, need };
}
