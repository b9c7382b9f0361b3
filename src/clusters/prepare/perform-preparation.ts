import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { applyPreparation } from './apply.js';
import type { Provider } from '../provider.js';
import { showCapacity } from '../../kube/size.js';
import { capitalise } from '../../text/words.js';
import { showToDo, keepDurations, planKey, readDurations } from '../../steps/show.js';
import { showDuration } from '../../text/sizes.js';
import type { Preparation, PreparationRequest } from './plan.js';

/** Disk space that a step uses, MB, measured on linux/amd64 with the versions of November 2026: only a hint. */
const stepSizesMb: Readonly<Record<string, number>> = {
  'tool:coredns': 50,
  'tool:cri-dockerd': 50,
  'tool:crictl': 27,
  'tool:etcd': 26,
  'tool:kubernetes': 534,
  'tool:minikube': 96,
  'tool:oci-runtime': 3,
  'tool:pause': 2,
  'tool:skaffold': 104,
  'tool:storage-provisioner': 36,
  'image:coredns': 50,
  'image:debian': 129,
  'image:etcd': 26,
  'image:kube-apiserver': 98,
  'image:kube-controller-manager': 89,
  'image:kube-proxy': 75,
  'image:kube-scheduler': 70,
  'image:node': 806,
  'image:pause': 2,
  'image:spark': 858,
  'image:storage-provisioner': 36,
};

/** The preparation, and the step ids of the resize. */
export interface Prepared extends Preparation {
  readonly resized: readonly string[];
}

export interface AttendedRequest extends PreparationRequest {
  /** A user is present to do the manual steps. */
  readonly isAttended: boolean;
}

/** Plans, shows the plan, asks and applies it; the caller holds the lock. */
export async function performPreparation(host: Host, provider: Provider, request: AttendedRequest): Promise<Prepared> {
  await provider.finishInterrupted?.(host, request.signal);
  const planned = await planAttended(host, provider, request);
  const { steps, size, warnings } = planned;
  for (const warning of warnings) host.ui.warn(warning);
  const resize = await provider.planResize?.(host, planned, request);
  if (steps.length === 0 && resize === undefined) {
    await provider.keep?.(host);
    return { ...planned, resized: [] };
  }
  const durations = await readDurations(host);
  host.ui.say(`To do${size === undefined ? '' : ` for a cluster of ${showCapacity(size)}`}:`);
  for (const { title, why } of resize?.steps ?? []) host.ui.say(`  ${title}: ${why}`);
  for (const line of showToDo(steps, durations, stepSizesMb)) host.ui.say(line);
  if (!(await host.ui.confirm('Continue?')))
    throw new SparkDevError('CANCELLED', 'Nothing was changed', { fix: ['spark-dev init --dry-run'] });
  const first = resize?.when === 'first' ? await resize.apply() : {};
  const startedAt = host.clock.now();
  const at = new Date(startedAt).toISOString().replaceAll(/[:.]/g, '-');
  const took: Record<string, number> = {};
  await applyPreparation(host, planned, {
    ...{ ...request, preparer: provider },
    logFile: join(host.directories.state, 'logs', `init-${at}.log`),
    onDone: ({ id }, tookMs) => {
      took[id] = tookMs;
    },
  }).finally(() => keepDurations(host, took));
  await keepDurations(host, { [planKey(steps.map(({ id }) => id))]: host.clock.now() - startedAt });
  const last = resize?.when === 'last' ? await resize.apply() : {};
  host.ui.say(`Done after ${showDuration(host.clock.now() - startedAt)}`);
  return { ...planned, resized: Object.keys({ ...first, ...last }) };
}

/** Plans again after each manual step, until none is left. */
async function planAttended(host: Host, provider: Provider, request: AttendedRequest): Promise<Preparation> {
  for (;;) {
    const planned = await planOnCleanGround(host, provider, request);
    const asks = planned.steps.filter(({ work }) => work.kind === 'ask');
    const [first] = asks;
    if (first === undefined) return planned;
    if (request.isAttended) for (const { title, why } of asks) host.ui.say(`${title} (${why})`);
    if (request.isAttended && (await host.ui.confirm('Done?'))) continue;
    throw new SparkDevError('PREREQUISITE_MISSING', `${provider.title}'s Kubernetes is not ready`, {
      why: `${capitalise(first.why)}.`,
      fix: [...asks.map(({ title }) => title), `Then: spark-dev init --provider ${provider.name}`],
    });
  }
}

/** Without Docker nothing can be removed yet; apply does it when Docker runs. */
async function planOnCleanGround(host: Host, provider: Provider, request: PreparationRequest): Promise<Preparation> {
  const planned = await provider.plan(host, request);
  const isClean = !planned.observed.engineAnswers || (await provider.removeRuins?.(host, request)) !== true;
  return isClean ? planned : provider.plan(host, request);
}
