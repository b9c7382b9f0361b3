import { describeJob, explainMisfit, listChanges, showResize, type FitCall } from '../fit/explain-fit.js';
import type { JobShape } from '../fit/spark-pods.js';
import { growCapacity, type FitCapacity } from '../fit/grow.js';
import { classifyInQueue, type QueueState, type Shortage } from '../fit/queue.js';
import { classifyFit } from '../fit/verdict.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { HostCapacity } from '../kube/size.js';
import type { ObservedRuns, ObservedSize } from '../clusters/observed-size.js';
import { observeGround } from '../clusters/observe-size.js';
import { resizeInPlace } from '../clusters/resize/in-place.js';
import { capabilities, requireAbility } from '../clusters/provider.js';
import { requestModestly } from './default-requests.js';
import { inStep } from '../steps/apply.js';
import { waitFor } from '../time/wait-for.js';
import { count } from '../text/words.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Choice } from '../ports/ui.js';
import type { FitMode } from './run-options.js';

/** Another spark-dev may be changing the cluster meanwhile. */
const resizedWithinMs = 600_000;
const lookEveryMs = 2000;

export interface FitRequest {
  readonly call: FitCall;
  readonly job: JobShape;
  /** Undefined asks where somebody can be asked. */
  readonly mode: FitMode | undefined;
  /** There is a terminal, or --yes. */
  readonly canAsk: boolean;
  /** As it was looked at a moment ago, beside other questions; else it is looked at. */
  readonly ground?: Promise<ObservedSize>;
  /** Of a run that stands in the queue. */
  readonly observeQueue?: (runs: ObservedRuns) => Promise<QueueState>;
  readonly signal: AbortSignal;
}

export interface FitDecision {
  /** It fits, and every request is decided; after the resize where there is one. */
  readonly job: JobShape;
  readonly resize?: HostCapacity;
  /** It does not fit before these runs have ended; there may be more that are not known by name. */
  readonly behind?: readonly string[];
}

/** An application by the name or the path that was typed. */
export function callFor(command: string, typed: string): FitCall {
  return { words: `${command} ${typed}`, embedded: `spark-dev run ${typed} --target local` };
}

/** Looks whether the job fits and decides what to do where it does not; changes nothing. Throws RESOURCES_SHORT. */
export async function decideFit(host: Host, cluster: PreparedCluster, request: FitRequest): Promise<FitDecision> {
  if (cluster.provider === 'shared') {
    if (request.mode === 'resize') requireAbility(cluster.provider, 'grow');
    return { job: requestModestly(request.job) };
  }
  const ground = requireNode(cluster, await (request.ground ?? observeGround(host, cluster, request.signal)));
  const queue = ground.runs && (await request.observeQueue?.(ground.runs));
  const verdict = classifyInQueue(request.job, ground, queue ?? { earlier: [], roomsAfter: [] });
  if (verdict.kind === 'fits') return { job: verdict.job };
  const otherwise = capabilities[cluster.provider].cannot.grow?.fix.slice(0, 1) ?? [];
  const mode = request.mode ?? (await askForMode(host, verdict, request, otherwise));
  if (mode === 'resize') requireAbility(cluster.provider, 'grow');
  return followMode(request, verdict, mode, ground, otherwise);
}

/** The job as it shall be submitted, and the cluster as large as it needs. */
export async function fitRun(host: Host, cluster: PreparedCluster, request: FitRequest): Promise<JobShape> {
  const decided = await awaitTurn(host, cluster, request, await decideFit(host, cluster, request));
  if (decided.resize === undefined) {
    const changes = listChanges(request.job, decided.job);
    if (changes.length > 0) host.ui.warn(`The job is shrunk to fit: ${changes.join(', ')}`);
    return decided.job;
  }
  host.ui.say(`The cluster grows to fit the job: ${showResize(decided.resize)}`);
  const { ground: _ground, ...again } = request;
  const { call, signal } = request;
  const lock = { command: `${call.words} --fit resize`, timeoutMs: resizedWithinMs };
  await resizeInPlace(host, { size: decided.resize, signal, lock });
  return (await decideFit(host, cluster, { ...again, mode: 'never' })).job;
}

/** As long as the runs ahead of it last; they are bounded, or somebody ends them. */
function awaitTurn(
  host: Host,
  cluster: PreparedCluster,
  { ground: _ground, ...request }: FitRequest,
  first: FitDecision,
): Promise<FitDecision> | FitDecision {
  if (first.behind === undefined) return first;
  return inStep(host, 'Wait for other runs to end', (step) => {
    const look = async (): Promise<FitDecision> => {
      const decided = await decideFit(host, cluster, { ...request, mode: 'wait' });
      const [next, ...more] = decided.behind ?? [];
      if (next !== undefined) step.progress(more.length === 0 ? next : `${next} and ${count(more.length, 'more run')}`);
      return decided;
    };
    const until = ({ behind }: FitDecision): boolean => behind === undefined;
    return waitFor(host.clock, look, { until, everyMs: lookEveryMs, timeoutMs: Infinity, signal: request.signal });
  });
}

function requireNode(cluster: PreparedCluster, facts: ObservedSize): FitCapacity & Pick<ObservedSize, 'runs'> {
  if (facts.node !== undefined) return facts;
  throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${cluster.context} does not answer`, {
    why: 'Without it nobody can say whether the job fits.',
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}

function askForMode(
  host: Host,
  misfit: Shortage,
  { call, canAsk }: FitRequest,
  otherwise: readonly string[],
): Promise<FitMode> | FitMode {
  const { asked, shrunk, grown, behind } = misfit;
  const error = explainMisfit(misfit, call, otherwise);
  if (!canAsk) return behind === undefined ? 'never' : 'wait';
  if (misfit.kind === 'impossible' && behind === undefined) return 'never';
  host.ui.warn(`${error.what}. ${error.why ?? ''}`);
  const choices: readonly (Choice<FitMode> | undefined)[] = [
    behind && { value: 'wait', label: 'wait until other runs have ended', hint: behind.join(', ') },
    grown && { value: 'resize', label: 'grow the cluster; what runs in it goes on', hint: showResize(grown) },
    shrunk && {
      value: 'shrink',
      label: `shrink the job to: ${describeJob(shrunk)}`,
      hint: listChanges(asked, shrunk).join(' '),
    },
    { value: 'never', label: 'stop here' },
  ];
  return host.ui.select<FitMode>({
    message: 'What shall give way?',
    flag: '--fit',
    choices: choices.filter((choice) => choice !== undefined),
    preferred: behind !== undefined ? 'wait' : misfit.kind === 'grow' ? 'resize' : 'shrink',
  });
}

function followMode(
  request: FitRequest,
  misfit: Shortage,
  mode: FitMode,
  ground: FitCapacity,
  otherwise: readonly string[],
): FitDecision {
  const { shrunk, grown, behind } = misfit;
  if (mode === 'wait' && behind !== undefined) return { job: request.job, behind };
  if (mode === 'shrink' && shrunk !== undefined) return { job: shrunk };
  if (mode === 'resize' && grown !== undefined) {
    const then = classifyFit(request.job, growCapacity(ground, grown));
    if (then.kind === 'fits') return { job: then.job, resize: grown };
  }
  throw explainMisfit(misfit, request.call, otherwise);
}
