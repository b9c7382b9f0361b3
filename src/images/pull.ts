import { isRateLimit } from '../errors/known-issues.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { DockerEngine, PullEvent } from '../ports/docker.js';
import type { Host } from '../ports/host.js';
import { inStep, type RunningStep } from '../steps/apply.js';
import { createSlots } from '../time/slots.js';
import { tagArgv } from './docker-argv.js';
import { inspectImages, type Daemon } from './observed-image.js';
import { localName, pullName, type ImageReference } from './reference.js';
import { showBytes } from '../text/sizes.js';
import type { PullCandidate, PullPlan } from './plan-pull.js';
import { findLogin } from './docker-endpoint.js';

export interface Pulled {
  readonly reference: string;
  readonly id: string;
  readonly digest: string | null;
  readonly bytes: number;
  readonly from: string;
  readonly origin: PullCandidate['origin'];
}

export interface PullContext {
  readonly host: Host;
  readonly engine: DockerEngine;
  readonly daemon: Daemon;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

interface Refusal {
  readonly reference: ImageReference;
  readonly message: string;
}

const atOnce = 3;
/** The daemon itself tries each layer five times. */
const tries = 2;
const pauseMs = 2000;

/** Retrying is useless: no such image, no access, a rate limit that lasts hours, or a digest mismatch. */
const final =
  /not found|manifest unknown|name unknown|repository does not exist|denied|unauthorized|no basic auth|pull rate limit|verification failed|no matching manifest|invalid reference|connection refused|no such host/i;

/** Pulls several images at once. After a failure the other pulls finish, and their images stay. */
export async function pullAll(context: PullContext, plans: readonly PullPlan[]): Promise<readonly Pulled[]> {
  const slot = createSlots(atOnce);
  const pulls = plans.map((plan) => slot(() => pullOne(context, plan)));
  await Promise.allSettled(pulls);
  context.signal.throwIfAborted();
  return Promise.all(pulls);
}

async function pullOne(context: PullContext, plan: PullPlan): Promise<Pulled> {
  context.signal.throwIfAborted();
  const name = localName(plan.wanted);
  const refusals: Refusal[] = [];
  return inStep(context.host, `Pull ${name}`, async (step) => {
    for (const candidate of plan.candidates) {
      const message = await tryCandidate(context, candidate, plan, step);
      if (message === undefined) {
        const pulled = await nameIt(context, plan.wanted, candidate);
        if (candidate.origin !== 'itself') step.note(`from ${pulled.from}`);
        return pulled;
      }
      refusals.push({ reference: candidate.reference, message });
    }
    throw pullFailed(name, plan, refusals);
  });
}

/** Undefined if it was pulled, otherwise the daemon's message. Temporary failures are retried. */
async function tryCandidate(
  { host, engine, signal }: PullContext,
  { reference }: PullCandidate,
  { layerBytes }: PullPlan,
  step: RunningStep,
): Promise<string | undefined> {
  const login = await findLogin(host, reference.registry, signal);
  for (let attempt = 1; ; attempt += 1) {
    let progress = noProgress;
    try {
      await engine.pull(pullName(reference), {
        signal,
        login,
        onEvent: (event) => {
          progress = addEvent(progress, event, host.clock.now());
          const figures = readFigures(progress, layerBytes);
          const total = figures.totalBytes === undefined ? undefined : Math.ceil(figures.totalBytes / 1e6);
          step.progress(showFigures(figures), Math.round(figures.bytes / 1e6), total);
        },
      });
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      const message = inDaemonsWords(error);
      if (final.test(message) || attempt === tries) return message;
      step.progress(`${message}; retrying`);
      await host.clock.sleep(pauseMs * attempt, signal);
    }
  }
}

/** Removes the status code that dockerode puts in front. */
function inDaemonsWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) [a-z ]+ - /, '').trim();
}

/** An image pulled from a mirror or by digest gets the requested name. */
async function nameIt(
  { host, daemon, logFile, signal }: PullContext,
  wanted: ImageReference,
  { reference, origin }: PullCandidate,
): Promise<Pulled> {
  const from = pullName(reference);
  const name = wanted.tag === undefined ? from : localName(wanted);
  if (name !== from) await host.runner.run(tagArgv(from, name), { logFile, signal });
  const [found] = await inspectImages(host, daemon, [name], signal);
  const { digest } = reference;
  if (found === undefined || (digest !== undefined && !found.digests.some((one) => one.endsWith(digest)))) {
    throw new SparkDevError('IMAGE_MISSING', `${name} was pulled, but Docker does not have it`, {
      fix: ['docker image ls', 'spark-dev doctor'],
      log: logFile,
    });
  }
  const known = digest ?? found.digests[0]?.replace(/^.*@/, '') ?? null;
  return { reference: name, id: found.id, digest: known, bytes: found.bytes, from, origin };
}

function pullFailed(name: string, { wanted }: PullPlan, refusals: readonly Refusal[]): SparkDevError {
  const path = wanted.registry === 'docker.io' ? wanted.repository : `${wanted.registry}/${wanted.repository}`;
  const limited = refusals.find(({ message }) => isRateLimit(message))?.reference.registry;
  const lines = refusals.map(({ reference, message }) => `${pullName(reference)}: ${message}`);
  const reason = limited === undefined ? '' : `: ${limited} limits pulls, and the limit is reached`;
  const needsLogin = limited !== undefined || lines.some((one) => /denied|unauthorized|no basic auth/i.test(one));
  return new SparkDevError('IMAGE_MISSING', `${name} could not be pulled${reason}`, {
    why: lines.join('\n'),
    fix: [
      needsLogin ? `docker login ${limited ?? wanted.registry}` : 'Try again: the failure may be temporary',
      ...(limited === 'docker.io'
        ? ['Set a mirror in spark-dev.yaml: images: {mirrors: {docker.io: mirror.gcr.io}}']
        : []),
      `Set another source in spark-dev.yaml: images: {fallbacks: {${path}: [quay.io/…]}}`,
    ],
    facts: { refusals: lines },
  });
}

interface LayerProgress {
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  readonly isDone: boolean;
}

export interface PullProgress {
  readonly layers: ReadonlyMap<string, LayerProgress>;
  readonly samples: readonly { readonly at: number; readonly bytes: number }[];
}

export const noProgress: PullProgress = { layers: new Map(), samples: [] };

const windowMs = 5000;
const finished = /^(Download complete|Pull complete|Already exists|Verifying Checksum|Extracting)$/;

export function addEvent(progress: PullProgress, event: PullEvent, now: number): PullProgress {
  if (event.layer === undefined) return progress;
  const before = progress.layers.get(event.layer);
  const isLoading = event.status === 'Downloading';
  const layer: LayerProgress = {
    bytes: isLoading ? (event.current ?? 0) : (before?.bytes ?? 0),
    totalBytes: isLoading ? (event.total ?? before?.totalBytes) : before?.totalBytes,
    isDone: (before?.isDone ?? false) || finished.test(event.status),
  };
  const whole = layer.isDone && layer.totalBytes !== undefined ? { ...layer, bytes: layer.totalBytes } : layer;
  const layers = new Map(progress.layers).set(event.layer, whole);
  const samples = [...progress.samples.filter(({ at }) => now - at <= windowMs), { at: now, bytes: sumBytes(layers) }];
  return { layers, samples };
}

type PullFigures = ReturnType<typeof readFigures>;

/** `expectedBytes` is the sum of the layers, if the registry reported it; otherwise there is no total until every layer has reported its size. */
export function readFigures({ layers, samples }: PullProgress, expectedBytes: number | undefined) {
  const all = [...layers.values()];
  const bytes = sumBytes(layers);
  const isSaid = all.length > 0 && all.every(({ totalBytes, isDone }) => totalBytes !== undefined || isDone);
  const totalBytes = expectedBytes ?? (isSaid ? all.reduce((sum, one) => sum + (one.totalBytes ?? 0), 0) : undefined);
  const [first, last] = [samples[0], samples.at(-1)];
  const elapsedMs = first === undefined || last === undefined ? 0 : last.at - first.at;
  const bytesPerSecond = elapsedMs === 0 ? 0 : Math.max(0, (bytes - (first?.bytes ?? 0)) / (elapsedMs / 1000));
  const isKnown = totalBytes !== undefined && bytesPerSecond !== 0;
  const secondsLeft = isKnown ? Math.ceil(Math.max(0, totalBytes - bytes) / bytesPerSecond) : undefined;
  return { bytes, totalBytes, bytesPerSecond, secondsLeft };
}

/** `12 MB of 45 MB, 3.4 MB/s, 10 s left` */
export function showFigures({ bytes, totalBytes, bytesPerSecond, secondsLeft }: PullFigures): string {
  return [
    totalBytes === undefined ? showBytes(bytes) : `${showBytes(bytes)} of ${showBytes(totalBytes)}`,
    `${showBytes(bytesPerSecond)}/s`,
    ...(secondsLeft === undefined ? [] : [`${String(secondsLeft)} s left`]),
  ].join(', ');
}

function sumBytes(layers: PullProgress['layers']): number {
  return [...layers.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}
