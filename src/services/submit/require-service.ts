import type { PreparedCluster } from '../../clusters/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { waitFor } from '../../time/wait-for.js';
import { applyUp, planUp } from '../manage.js';
import { observeService, readSubmit, type ObservedService, type ServicePod, upWords } from './observe-service.js';
import { listAlive } from './pod-process.js';
import { submitService } from './service.js';
import type { ShownStep } from '../../steps/apply.js';

/** A spark-submit takes two to four seconds. */
const submittedWithinMs = 30_000;
const lookEveryMs = 1000;

export interface ReadyService extends ObservedService {
  readonly pod: ServicePod & {
    /** Of a pod that is not the service's own. */
    readonly selector?: Readonly<Record<string, string>>;
  };
}

/** Offers to start the service if it is down. Throws SERVICE_DOWN if declined. */
export async function requireService(session: NamespaceSession, canAsk: boolean | 'agreed'): Promise<ReadyService> {
  const { host, cluster } = session;
  const seen = await observeService(session);
  const ready = seen && readyFor(cluster, seen);
  if (ready !== undefined) return ready;
  const mayStart = async (): Promise<boolean> =>
    canAsk === 'agreed' || (canAsk && (await host.ui.confirm('The submit service is not up. Start it?')));
  if (seen === undefined && !(await mayStart())) {
    throw new SparkDevError('SERVICE_DOWN', `The submit service is not up in namespace ${cluster.namespace}`, {
      why: 'Jobs start from its pod.',
      fix: [upWords(cluster.namespace), 'Start it automatically: --yes'],
      facts: { namespace: cluster.namespace },
    });
  }
  if (seen !== undefined && seen.image !== cluster.sparkImage) await makeWay(session, seen);
  const started = readSubmit(await applyUp(session, await planUp(session, submitService, asItIs)));
  if (started?.pod !== undefined) return { ...started, pod: started.pod };
  throw new SparkDevError('JOB_FAILED', 'The submit service was removed while it started', {
    why: 'Another process deleted it.',
    fix: [upWords(cluster.namespace)],
  });
}

/** What `requireService` would do, and the pod as it is. */
export async function planRequired(
  session: NamespaceSession,
): Promise<{ readonly pod: string | undefined; readonly steps: readonly ShownStep[] }> {
  const seen = await observeService(session);
  const isReady = seen !== undefined && readyFor(session.cluster, seen) !== undefined;
  const steps = isReady ? [] : (await planUp(session, submitService, asItIs)).steps;
  return { pod: seen?.pod?.name, steps: steps.filter(({ id }) => id === 'apply') };
}

const asItIs = { values: {}, settings: {} };

function readyFor({ sparkImage }: PreparedCluster, seen: ObservedService): ReadyService | undefined {
  return seen.pod?.ready === true && seen.image === sparkImage ? { ...seen, pod: seen.pod } : undefined;
}

/** Replaces the pod without asking, because nothing of value is lost; waits for running submissions first. */
async function makeWay(session: NamespaceSession, { pod, image, clients }: ObservedService): Promise<void> {
  const { host, cluster, signal } = session;
  const busy = (runIds: readonly string[]): SparkDevError =>
    new SparkDevError('IN_USE', `The submit service runs ${image}, not ${cluster.sparkImage}`, {
      why: `Still running in it: ${runIds.join(', ')}.`,
      fix: [
        'Wait until they end',
        `${upWords(cluster.namespace)}   # ends them`,
        'spark-dev clean   # if they are leftovers of interrupted runs',
      ],
    });
  if (clients.length > 0) throw busy(clients.map(({ runId }) => runId));
  host.ui.say(`Replacing the submit pod: it runs ${image}, but this job needs ${cluster.sparkImage}`);
  if (pod?.ready !== true) return;
  const alive = await waitFor(host.clock, () => listAlive(session, pod.name), {
    until: ({ length }) => length === 0,
    ...{ everyMs: lookEveryMs, timeoutMs: submittedWithinMs, signal },
  });
  if (alive.length > 0) throw busy(alive);
}
