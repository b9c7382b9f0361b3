import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Kube } from '../ports/kube.js';
import { findLastWords } from '../spark/explain-failure.js';
import { submitContainer, viewRun, type RunView, type Trouble } from '../spark/outcome.js';
import { keepLog } from './keep-log.js';
import { judgePatience, type Waiting } from './patience.js';
import { troubleError } from './trouble-error.js';

const lookEveryMs = 1000;

export interface RunWatch {
  readonly namespace: string;
  readonly runId: string;
  /** Where the log of a failed submit pod is kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called with each new view, in order. */
  readonly onView: (view: RunView) => void;
}

/** Ends with the view in which the driver's container has ended; rejects when the run can no longer succeed, or a wait has lasted too long. */
export async function watchRun(host: Host, kube: Kube, watch: RunWatch): Promise<RunView> {
  const stop = new AbortController();
  const signal = AbortSignal.any([watch.signal, stop.signal]);
  const now = (): number => host.clock.now();
  const waiting: { -readonly [Key in keyof Waiting]: Waiting[Key] } = {
    since: now(),
    view: undefined,
    crowdedSince: undefined,
    broken: undefined,
  };
  try {
    return await new Promise<RunView>((resolve, reject) => {
      let isDecided = false;
      const decide = (fatal: Trouble): void => {
        if (isDecided) return;
        isDecided = true;
        explainTrouble(kube, watch, fatal).then(reject, reject);
      };
      const see = (view: RunView): void => {
        const before = waiting.view;
        const crowded = view.troubles.find(({ kind }) => kind === 'unschedulable');
        if (crowded !== undefined && waiting.crowdedSince === undefined)
          host.ui.warn(`${crowded.what}: ${crowded.why}`);
        waiting.crowdedSince = crowded === undefined ? undefined : (waiting.crowdedSince ?? now());
        waiting.view = view;
        watch.onView(view);
        const fatal = view.troubles.find(({ kind }) => kind !== 'unschedulable');
        if (view.driver?.state === 'ended') resolve(view);
        else if (fatal !== undefined) decide(fatal);
        else if (before?.driver !== undefined && view.driver === undefined) reject(vanished(before.driver.pod));
      };
      const listener = {
        onChange: (pods: Parameters<typeof viewRun>[0]): void => {
          waiting.broken = undefined;
          see(viewRun(pods));
        },
        onBroken: (why: string): void => {
          waiting.broken = { since: waiting.broken?.since ?? now(), why };
        },
      };
      kube
        .watchPods({ namespace: watch.namespace, labels: `spark-dev/run=${watch.runId}` }, listener, signal)
        .catch(reject);
      signal.addEventListener('abort', () => {
        reject(new SparkDevError('INTERRUPTED', `Run ${watch.runId} was interrupted`));
      });
      void lookNowAndThen(host, signal, () => {
        const impatience = judgePatience(waiting, now());
        if (impatience !== undefined) reject(impatience);
      });
    });
  } finally {
    stop.abort();
  }
}

async function lookNowAndThen(host: Host, signal: AbortSignal, look: () => void): Promise<void> {
  const isOver = async (): Promise<boolean> => {
    await host.clock.sleep(lookEveryMs, signal).catch(() => undefined);
    return signal.aborted;
  };
  while (!(await isOver())) look();
}

/** A failed spark-submit tells why in its own log, which goes with the pod. */
async function explainTrouble(kube: Kube, watch: RunWatch, trouble: Trouble): Promise<SparkDevError> {
  if (trouble.kind !== 'submit') return troubleError(trouble);
  const container = { namespace: watch.namespace, pod: trouble.pod, container: submitContainer };
  const log = await keepLog(kube, container, watch.folder, 'submit.log', watch.signal);
  return troubleError({ ...trouble, why: findLastWords(log.tail) ?? trouble.why }, log.path);
}

function vanished(pod: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The driver pod ${pod} was removed while it ran`, {
    why: 'Somebody deleted it, or its node went away.',
    fix: ['spark-dev status', 'Run it again'],
    facts: { pod },
  });
}
