import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Kube } from '../ports/kube.js';
import { findLastWords } from '../spark/explain-failure.js';
import { submitContainer, viewRun, type RunView, type Trouble } from '../spark/outcome.js';
import type { Crowd, CrowdedTrouble } from './explain-crowd.js';
import { keepLog } from './keep-log.js';
import { judgePatience, roomLimitMs, type Waiting } from './patience.js';
import { troubleError } from './trouble-error.js';

const lookEveryMs = 1000;

export interface RunWatch {
  readonly namespace: string;
  readonly runId: string;
  /** Where the log of a failed submit pod is kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Finds out in numbers why a pod finds no room. */
  readonly lookAtCrowd: (trouble: CrowdedTrouble, signal: AbortSignal) => Promise<Crowd>;
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
    crowd: undefined,
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
      let waitsForRoom: string | undefined;
      const seeCrowd = (view: RunView): void => {
        const crowded = view.troubles.find((trouble) => trouble.kind === 'unschedulable');
        if (crowded !== undefined && waiting.crowdedSince === undefined) {
          waiting.crowdedSince = now();
          void warnOfCrowd(host, watch, crowded).then((crowd) => (waiting.crowd = crowd));
        } else if (crowded === undefined && waiting.crowdedSince !== undefined) {
          // the driver's own time to start begins now
          Object.assign(waiting, { crowdedSince: undefined, crowd: undefined, since: now() });
          if ([view.driver?.pod, ...view.executors].includes(waitsForRoom))
            host.ui.say(`There is room for ${String(waitsForRoom)} now`);
        }
        waitsForRoom = crowded?.pod;
      };
      const see = (view: RunView): void => {
        const before = waiting.view;
        waiting.view = view;
        seeCrowd(view);
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
      const interrupt = (): void => {
        reject(new SparkDevError('INTERRUPTED', `Run ${watch.runId} was interrupted`));
      };
      // while the client was loaded, which takes half a second, it may have come already
      if (signal.aborted) interrupt();
      else signal.addEventListener('abort', interrupt);
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

/** Said at once, with the numbers; the run waits for room meanwhile. */
async function warnOfCrowd(host: Host, watch: RunWatch, crowded: CrowdedTrouble): Promise<Crowd | undefined> {
  const crowd = await watch.lookAtCrowd(crowded, watch.signal).catch(() => undefined);
  host.ui.warn(`${crowded.what}. ${crowd?.why ?? crowded.why}`);
  const [first] = crowd?.fix ?? [];
  host.ui.say(
    `The run waits for room, ${String(roomLimitMs / 60_000)} minutes at the most while it cannot begin${first === undefined ? '' : `: ${first}`}`,
  );
  return crowd;
}

/** A failed spark-submit tells why in its own log, which goes with the pod. */
async function explainTrouble(kube: Kube, watch: RunWatch, trouble: Trouble): Promise<SparkDevError> {
  if (trouble.kind !== 'submit') return troubleError(trouble);
  const container = { namespace: watch.namespace, pod: trouble.pod, container: submitContainer };
  const log = await keepLog(kube, container, watch.folder, 'submit.log', watch.signal);
  return troubleError({ ...trouble, why: findLastWords(log.tail) ?? trouble.why }, { log: log.path });
}

function vanished(pod: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The driver pod ${pod} was removed while it ran`, {
    why: 'Somebody deleted it, or its node went away.',
    fix: ['spark-dev status', 'Run it again'],
    facts: { pod },
  });
}
