import { describeJob, explainMisfit, listChanges, showResize, type FitCall } from '../fit/explain-fit.js';
import type { JobShape, PodShape } from '../fit/spark-pods.js';
import { classifyFit, type Misfit, growCapacity, type FitCapacity } from '../fit/verdict.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Resources } from '../kube/resources.js';
import type { HostCapacity } from '../kube/size.js';
import type { ObservedSize } from '../clusters/observed-size.js';
import { requireAbility } from '../clusters/capabilities.js';
import { findProvider, observeJobCapacity } from '../clusters/providers.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Choice } from '../ports/ui.js';
import type { FitMode, RunInput } from './run-options.js';

/** Another spark-dev may be changing the cluster meanwhile. */
const resizedWithinMs = 600_000;

export interface FitRequest {
  readonly call: FitCall;
  readonly job: JobShape;
  readonly input: RunInput;
  /** Its launcher waits for other runs. */
  readonly queues?: true;
  /** Frees the room of drivers that wait for a program; false if there is none. */
  readonly reclaim?: () => Promise<boolean>;
  /** Observed in parallel with other checks; observed here if absent. */
  readonly capacity?: Promise<ObservedSize> | undefined;
}

export interface FitDecision {
  /** Fits, after the resize if there is one; every request is decided. */
  readonly job: JobShape;
  readonly resize?: HostCapacity;
  /** Of the node's container, under which the job fits. */
  readonly limit?: Resources | undefined;
  /** It fits only once other runs have ended. */
  readonly waits?: true;
  /** As requested: a launch with `never` does not wait for its turn. */
  readonly mode?: FitMode | undefined;
}

/** There is a terminal, or --yes. */
export function mayAsk({ ui }: Host, { global }: RunInput): boolean {
  return !global.dryRun && (ui.interactive || global.yes);
}

/** Decides whether the job fits, and what to do if it does not; changes nothing. Throws RESOURCES_SHORT. */
async function decideFit(
  host: Host,
  cluster: PreparedCluster,
  request: Omit<FitRequest, 'capacity'>,
  observed?: ObservedSize,
): Promise<FitDecision> {
  const { input, queues, call } = request;
  const wanted = input.options.fit;
  if (cluster.provider.isShared) {
    if (wanted === 'resize') requireAbility(cluster.provider, 'grow');
    return { job: requestModestly(request.job) };
  }
  const capacity = requireNode(cluster, observed ?? (await observeJobCapacity(host, cluster, input.signal)));
  const { limit } = capacity;
  const verdict = classifyFit(request.job, capacity);
  if (verdict.kind === 'fits') return { job: verdict.job, limit };
  if (!input.global.dryRun && (await request.reclaim?.()) === true) return decideFit(host, cluster, request);
  const misfit = explainMisfit(verdict, call, cluster.provider.cannot.grow?.fix.slice(0, 1));
  const later = queues && capacity.runs && classifyFit(request.job, { ...capacity, rooms: capacity.runs.roomsAfter });
  const canWait = later?.kind === 'fits';
  const unasked = canWait ? 'wait' : 'never';
  const mode = wanted ?? (mayAsk(host, input) ? await askForMode(host, verdict, misfit, canWait) : unasked);
  if (mode === 'wait' && canWait) return { job: later.job, limit, waits: true };
  if (mode === 'resize') requireAbility(cluster.provider, 'grow');
  const { shrunk, grown } = verdict;
  if (mode === 'shrink' && shrunk !== undefined) return { job: shrunk, limit };
  if (mode === 'resize' && grown !== undefined) {
    const then = classifyFit(request.job, growCapacity(capacity, grown));
    if (then.kind === 'fits') return { job: then.job, resize: grown };
  }
  throw misfit;
}

/** Decides the job to submit, and grows the cluster if that was chosen. A dry run only decides: asks, prints and resizes nothing. */
export async function fitRun(
  host: Host,
  cluster: PreparedCluster,
  { capacity, ...request }: FitRequest,
): Promise<FitDecision> {
  const { call, job, input } = request;
  const mode = input.options.fit;
  const decided = { ...(await decideFit(host, cluster, request, await capacity)), mode };
  if (input.global.dryRun) return decided;
  if (decided.resize === undefined) {
    const changes = listChanges(job, decided.job);
    if (changes.length > 0) host.ui.warn(`The job is shrunk to fit: ${changes.join(', ')}`);
    return decided;
  }
  host.ui.say(`The cluster grows to fit the job: ${showResize(decided.resize)}`);
  const lock = { command: `${call.words} --fit resize`, timeoutMs: resizedWithinMs };
  await findProvider(host, cluster.provider).grow?.(host, { size: decided.resize, signal: input.signal, lock });
  const settled = { ...input, options: { ...input.options, fit: 'never' } } as const;
  return { ...(await decideFit(host, cluster, { call, job, input: settled })), mode };
}

function requireNode(cluster: PreparedCluster, facts: ObservedSize): FitCapacity & Pick<ObservedSize, 'runs'> {
  if (facts.node !== undefined) return facts;
  throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${cluster.context} does not answer`, {
    why: 'spark-dev needs its answer to check whether the job fits.',
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}

async function askForMode(
  host: Host,
  misfit: Misfit,
  { what, why = '' }: SparkDevError,
  canWait: boolean,
): Promise<FitMode> {
  const { asked, shrunk, grown } = misfit;
  if (misfit.kind === 'impossible' && !canWait) return 'never';
  host.ui.warn(`${what}. ${why}`);
  const choices: readonly (Choice<FitMode> | undefined)[] = [
    canWait ? { value: 'wait', label: 'wait until other runs have ended' } : undefined,
    grown && { value: 'resize', label: 'grow the cluster without stopping it', hint: showResize(grown) },
    shrunk && {
      value: 'shrink',
      label: `shrink the job to: ${describeJob(shrunk)}`,
      hint: listChanges(asked, shrunk).join(' '),
    },
    { value: 'never', label: 'stop here' },
  ];
  return host.ui.select<FitMode>({
    message: 'The job does not fit. What should change?',
    flag: '--fit',
    choices: choices.filter((choice) => choice !== undefined),
    preferred: canWait ? 'wait' : misfit.kind === 'grow' ? 'resize' : 'shrink',
  });
}

/** For drivers and executors without a CPU request, on a cluster whose nodes spark-dev does not inspect. */
const modestMilli = 250;

/** Decides requests that would be fitted on our own cluster: ask for little, and use what is free. */
export function requestModestly(job: JobShape): JobShape {
  const decide = <Shape extends PodShape>(shape: Shape): Shape =>
    shape.requestMilli === 'fitted' ? { ...shape, requestMilli: modestMilli } : shape;
  return { ...job, driver: decide(job.driver), executor: decide(job.executor) };
}
