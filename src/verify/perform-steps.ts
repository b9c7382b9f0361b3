import type { V1Pod } from '@kubernetes/client-node';
import { kubectl, runKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { RoleName } from '../job/job.js';
import type { Host } from '../ports/host.js';
import { everyExitCode, type RunResult } from '../ports/runner.js';
import { releaseFile } from './case-conf.js';
import { podName, stateOf, type CaseWatch } from './case-watch.js';
import type { CaseStep, VerifyCase } from './case.js';
import { waitFor } from '../time/wait-for.js';
import { containerOf } from '../spark/outcome.js';

export interface LiveCase {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly namespace: string;
  readonly pods: CaseWatch;
  /** Aborts on timeout or Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A volume or variable may appear a moment after its pod. */
const shownWithinMs = 10_000;
const probeEveryMs = 1000;
const endlessGraceS = 2_147_483_647;

/** Performs the steps while the application runs; stops at the first failure and returns it. */
export async function performSteps(
  { steps = [], executors = 1, held }: VerifyCase,
  live: LiveCase,
): Promise<readonly string[]> {
  for (const step of steps) {
    const trouble = await performStep(executors, step, live);
    if (trouble !== undefined) return [trouble];
  }
  if (held !== true) return [];
  const [driver] = await runningPods(live, 'driver', 1);
  const released = await execIn(live, driver, ['touch', releaseFile]);
  return released.exitCode === 0 ? [] : [`The driver could not be released: ${released.stderr}`];
}

async function performStep(count: number, step: CaseStep, live: LiveCase): Promise<string | undefined> {
  const { pods, signal } = live;
  const until = async (isDone: () => boolean): Promise<undefined> => {
    await pods.until(() => isDone() || undefined, { signal });
  };
  switch (step.kind) {
    case 'probe':
      for (const pod of await runningPods(live, step.on, step.on === 'driver' ? 1 : count)) {
        const trouble = await probe(step, pod, live);
        if (trouble !== undefined) return trouble;
      }
      return undefined;
    case 'await-log':
      return until(() => pods.withRole('driver').some((driver) => pods.textOf(driver).includes(step.text)));
    case 'replace-first-executor': {
      const [{ metadata }] = await runningPods(live, 'executor', 1);
      const name = metadata?.name ?? '';
      await run(live, ['delete', 'pod', name, `--grace-period=${String(endlessGraceS)}`, '--wait=false']);
      await until(() => pods.now.every((pod) => podName(pod) !== name));
      // like the suite: they must exist again, not run yet
      return until(() => present(pods, 'executor').filter((pod) => stateOf(pod) !== 'ended').length >= count);
    }
  }
}

async function probe(
  { run: words, shows }: Extract<CaseStep, { kind: 'probe' }>,
  pod: V1Pod,
  live: LiveCase,
): Promise<string | undefined> {
  const look = async (): Promise<string> => {
    const { stdout, stderr } = await execIn(live, pod, words);
    return `${stdout}\n${stderr}`.trim();
  };
  const isRight = (text: string): boolean => text.includes(shows);
  const limits = { everyMs: probeEveryMs, timeoutMs: shownWithinMs, signal: live.signal };
  const output = await waitFor(live.host.clock, look, { until: isRight, ...limits });
  if (isRight(output)) return undefined;
  const said = JSON.stringify(output.slice(0, 300));
  return `${podName(pod)}: ${words.join(' ')} did not show ${JSON.stringify(shows)} but ${said}`;
}

/** Those that are not deleted. */
function present(pods: CaseWatch, role: RoleName): readonly V1Pod[] {
  const names = new Set(pods.now.map(podName));
  return pods.withRole(role).filter((pod) => names.has(podName(pod)));
}

/** At least so many of the role, once they run. */
function runningPods({ pods, signal }: LiveCase, role: RoleName, count: number) {
  return pods.until(
    () => {
      const [first, ...others] = present(pods, role).filter((pod) => stateOf(pod) === 'running');
      return first === undefined || others.length + 1 < count ? undefined : ([first, ...others] as const);
    },
    { signal },
  );
}

function execIn(live: LiveCase, pod: V1Pod, words: readonly string[]): Promise<RunResult> {
  return run(live, ['exec', podName(pod), `--container=${containerOf(pod)}`, '--', ...words]);
}

function run(live: LiveCase, words: readonly string[]): Promise<RunResult> {
  const argv = kubectl(live.cluster, live.namespace).argv(...words);
  return runKubectl(live, argv, { accept: everyExitCode, timeoutMs: 30_000 });
}
