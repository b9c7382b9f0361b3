import { join } from 'node:path';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { Host } from '../../../ports/host.js';
import type { Kube } from '../../../ports/kube.js';
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
  try {
    return await new Promise<RunView>((resolve, reject) => {
      let isDecided = false;
      const decide = (fatal: Trouble): void => {
        if (isDecided) return;
        isDecided = true;
        explainTrouble(host, kube, watch, fatal).then(reject, reject);
      };
      let driver: RunView['driver'];
      const see = (view: RunView): void => {
        const before = driver;
        driver = view.driver;
        waiting.see(view);
        watch.onView(view);
        const fatal = view.troubles.find(({ kind }) => kind !== 'unschedulable');
        if (driver?.state === 'ended') resolve(view);
        else if (fatal !== undefined) decide(fatal);
        else if (before !== undefined && driver === undefined) reject(vanished(before.pod));
      };
      const listener = {
        onChange: (pods: Parameters<typeof viewRun>[0]): void => {
          see(viewRun(pods));
        },
        onBroken: waiting.seeNothing,
      };
      kube.watchPods({ namespace: watch.namespace, labels: runSelector(watch.runId) }, listener, signal).catch(reject);
      const interrupt = (): void => {
        reject(new SparkDevError('INTERRUPTED', `Run ${watch.runId} was interrupted`));
      };
      // while the client was loaded, which takes half a second, it may have come already
      if (signal.aborted) interrupt();
      else signal.addEventListener('abort', interrupt);
      waiting.onImpatience(reject);
    });
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
