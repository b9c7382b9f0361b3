import type { V1Pod } from '@kubernetes/client-node';
import { kubectl, runKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import { everyExitCode } from '../ports/runner.js';
import { releaseFile } from './case-conf.js';
import type { CaseLogs } from './case-logs.js';
import type { SecretValues } from './case-objects.js';
import type { Shown, CaseStep, VerifyCase } from './case.js';
import { podName, roleOf, stateOf, type PodHistory } from './pod-history.js';
import { waitFor } from '../time/wait-for.js';

export interface CaseContext {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly namespace: string;
  readonly book: PodHistory;
  readonly logs: CaseLogs;
  readonly secretValues: SecretValues;
  /** Aborts on timeout or Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A volume or variable may appear a moment after its pod. */
const shownWithinMs = 10_000;
const probeEveryMs = 1000;
const endlessGraceS = 2_147_483_647;

/** Performs the steps while the application runs; stops at the first failure and returns it. */
export async function performSteps(one: VerifyCase, stage: CaseContext): Promise<readonly string[]> {
  for (const step of one.steps ?? []) {
    const trouble = await performStep(one, step, stage);
    if (trouble !== undefined) return [trouble];
  }
  if (one.held !== true) return [];
  const driver = await runningDriver(stage);
  const released = await execIn(stage, driver, ['touch', releaseFile]);
  return released.exitCode === 0 ? [] : [`The driver could not be released: ${released.stderr}`];
}

async function performStep(one: VerifyCase, step: CaseStep, stage: CaseContext): Promise<string | undefined> {
  const { book, logs, signal } = stage;
  switch (step.kind) {
    case 'probe':
      return probe(one, step, stage);
    case 'await-log':
      await book.until(
        () => {
          const driver = book.driver();
          return driver !== undefined && logs.textOf(podName(driver)).includes(step.text) ? true : undefined;
        },
        { signal },
      );
      return undefined;
    case 'await-executors':
      // like the suite: they must exist again, not run yet
      await book.until(() => (book.now.filter(isLiveExecutor).length >= step.count ? true : undefined), { signal });
      return undefined;
    case 'delete-first-executor': {
      const [first] = await runningExecutors(stage, 1);
      const name = first === undefined ? '' : podName(first);
      await run(stage, ['delete', 'pod', name, `--grace-period=${String(endlessGraceS)}`, '--wait=false']);
      await book.until(() => (book.now.some((pod) => podName(pod) === name) ? undefined : true), { signal });
      return undefined;
    }
  }
}

async function probe(
  one: VerifyCase,
  step: Extract<CaseStep, { kind: 'probe' }>,
  stage: CaseContext,
): Promise<string | undefined> {
  const pods = step.on === 'driver' ? [await runningDriver(stage)] : await runningExecutors(stage, one.executors ?? 1);
  for (const pod of pods) {
    const trouble = await ask(step, pod, stage);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

async function ask(
  { run: words, shows }: Extract<CaseStep, { kind: 'probe' }>,
  pod: V1Pod,
  stage: CaseContext,
): Promise<string | undefined> {
  const look = async (): Promise<string> => {
    const { stdout, stderr } = await execIn(stage, pod, words);
    return `${stdout}\n${stderr}`.trim();
  };
  const limits = { everyMs: probeEveryMs, timeoutMs: shownWithinMs, signal: stage.signal };
  const isRight = (text: string): boolean => isShown(text, shows, stage);
  const output = await waitFor(stage.host.clock, look, { until: isRight, ...limits });
  if (isRight(output)) return undefined;
  const where = `${podName(pod)}: ${words.join(' ')}`;
  // the output may contain another secret
  if (typeof shows !== 'string') return `${where} did not print the value of ${shows.secret}.${shows.key}`;
  return `${where} did not show ${JSON.stringify(shows)} but ${JSON.stringify(output.slice(0, 300))}`;
}

function isShown(output: string, shows: Shown, { secretValues }: CaseContext): boolean {
  if (typeof shows === 'string') return output.includes(shows);
  return output === secretValues[shows.secret]?.[shows.key];
}

function isLiveExecutor(pod: V1Pod): boolean {
  return roleOf(pod) === 'executor' && stateOf(pod) !== 'ended';
}

function runningDriver({ book, signal }: CaseContext): Promise<V1Pod> {
  return book.until(
    () => {
      const driver = book.driver();
      return driver !== undefined && stateOf(driver) === 'running' ? driver : undefined;
    },
    { signal },
  );
}

function runningExecutors({ book, signal }: CaseContext, count: number): Promise<readonly V1Pod[]> {
  return book.until(
    () => {
      const there = new Set(book.now.map(podName));
      const running = book.executors().filter((pod) => there.has(podName(pod)) && stateOf(pod) === 'running');
      return running.length >= count ? running : undefined;
    },
    { signal },
  );
}

function execIn(stage: CaseContext, pod: V1Pod, words: readonly string[]) {
  const container = pod.spec?.containers[0]?.name ?? '';
  return run(stage, ['exec', podName(pod), `--container=${container}`, '--', ...words]);
}

function run(stage: CaseContext, words: readonly string[]) {
  const argv = kubectl(stage.cluster, stage.namespace).argv(...words);
  return runKubectl(stage, argv, { accept: everyExitCode, timeoutMs: 30_000 });
}
