import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { Host } from '../../../ports/host.js';
import type { Kube } from '../../../ports/kube.js';
import { openPods } from '../../../kube/pods.js';
import { findLastWords } from '../../failure/explain-failure.js';
import { submitContainer, viewRun, type RunView, type Trouble } from '../../../spark/outcome.js';
import type { SchedulingShortage, ShortageTrouble } from '../../waiting/scheduling-shortage.js';
import { startWaiting } from '../../waiting/start-waiting.js';
import { troubleError } from '../../waiting/trouble-error.js';
import { keepLog } from '../../keep-log.js';
import { runSelector } from '../../../kube/labels.js';

export interface RunWatch {
  readonly namespace: string;
  readonly runId: string;
  /** Where the log of a failed submit pod is kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Finds out in numbers why a pod finds no room. */
  readonly observeSchedulingShortage: (trouble: ShortageTrouble, signal: AbortSignal) => Promise<SchedulingShortage>;
  /** Called with each new view, in order. */
  readonly onView: (view: RunView) => void;
}

/** Ends with the view in which the driver's container has ended; rejects when the run can no longer succeed, or a wait has lasted too long. */
export async function watchRun(host: Host, kube: Kube, watch: RunWatch): Promise<RunView> {
  const stop = new AbortController();
  const signal = AbortSignal.any([watch.signal, stop.signal]);
  const waiting = startWaiting(host, watch.observeSchedulingShortage, signal);
  let driver: RunView['driver'];
  const look = (pods: readonly V1Pod[]): RunView | Trouble | undefined => {
    const view = viewRun(pods);
    const before = driver;
    driver = view.driver;
    waiting.see(view);
    watch.onView(view);
    if (driver?.state === 'ended') return view;
    const fatal = view.troubles.find(({ kind }) => kind !== 'unschedulable');
    if (fatal === undefined && before !== undefined && driver === undefined) throw vanished(before.pod);
    return fatal;
  };
  const selection = { namespace: watch.namespace, labels: runSelector(watch.runId) };
  try {
    const end = await Promise.race([
      openPods(host, kube, selection, { signal, onBroken: waiting.seeNothing }).until(look),
      new Promise<never>((_, reject) => {
        waiting.onImpatience(reject);
      }),
    ]);
    if ('troubles' in end) return end;
    throw await explainTrouble(host, kube, watch, end);
  } catch (error) {
    if (watch.signal.aborted) throw new SparkDevError('INTERRUPTED', `Run ${watch.runId} was interrupted`);
    throw error;
  } finally {
    stop.abort();
  }
}

/** A failed spark-submit tells why in its own log, which goes with the pod. */
async function explainTrouble(host: Host, kube: Kube, watch: RunWatch, trouble: Trouble): Promise<SparkDevError> {
  if (trouble.kind !== 'submit') return troubleError(trouble);
  const container = { namespace: watch.namespace, pod: trouble.pod, container: submitContainer };
  const log = await keepLog({ host, kube, signal: watch.signal }, container, join(watch.folder, 'submit.log'));
  return troubleError({ ...trouble, why: findLastWords(log.tail) ?? trouble.why }, { log: log.path });
}

function vanished(pod: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The driver pod ${pod} was removed while it ran`, {
    why: 'Somebody deleted it, or its node went away.',
    fix: ['spark-dev status', 'Run it again'],
    facts: { pod },
  });
}
