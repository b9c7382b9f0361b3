import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { runSelector, sparkAppLabel } from '../../kube/labels.js';
import { openPods } from '../../kube/pods.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import type { Kube } from '../../ports/kube.js';
import type { RunIdentity } from '../../runs/run-folder.js';
import { submitContainer, viewRun, type EndedDriver, type RunView, type Trouble } from '../../spark/outcome.js';
import { explainLog } from '../failure/explain-failure.js';
import { observeSchedulingShortage } from '../waiting/scheduling-shortage.js';
import { startWaiting, troubleError } from '../waiting/start-waiting.js';
import { keepLog } from './keep-log.js';
import { keepPods } from './keep-pods.js';

export interface RunWatch {
  readonly run: RunIdentity;
  /** The pod that runs the driver as a process; undefined if the driver has its own pod. */
  readonly driverIn?: string;
  /** Called for each new view, in order. */
  readonly onView?: (view: RunView) => void;
}

export function watchRun(session: NamespaceSession, kube: Kube, watch: RunWatch) {
  const { host, cluster } = session;
  const { run, driverIn, onView } = watch;
  const stop = new AbortController();
  const signal = AbortSignal.any([session.signal, stop.signal]);
  const waiting = startWaiting(host, (trouble) => observeSchedulingShortage(host, cluster, trouble, signal), signal);
  const kept = keepPods(session, kube, run);
  const executors = new Set<string>();
  let appId: string | undefined;
  let driver: RunView['driver'];
  const look = (pods: readonly V1Pod[]): EndedDriver | Trouble | undefined => {
    const seen = viewRun(pods);
    kept.see(pods);
    for (const name of seen.executors) executors.add(name);
    appId ??= pods.map(({ metadata }) => metadata?.labels?.[sparkAppLabel]).find(Boolean);
    const view: RunView =
      driverIn === undefined
        ? seen
        : { ...seen, driver: { pod: driverIn, container: submitContainer, appId, state: 'running' } };
    const before = driver;
    driver = view.driver;
    waiting.see(view);
    onView?.(view);
    if (driver?.state === 'ended') return driver;
    const fatal = view.troubles.find(({ kind }) => kind !== 'unschedulable');
    if (fatal === undefined && before !== undefined && driver === undefined) throw vanished(before.pod);
    return fatal;
  };
  const watchPods = (): Promise<EndedDriver | Trouble> => {
    const selection = { namespace: cluster.namespace, labels: runSelector(run.runId) };
    if (driverIn === undefined)
      return openPods(host, kube, selection, { signal, onBroken: waiting.seeNothing }).until(look);
    look([]);
    // kubectl, which streams the driver's output, ends with a broken connection
    return openPods(host, kube, selection, { signal })
      .until(look)
      .catch(() => new Promise<never>(() => undefined));
  };
  const watchToEnd = async (): Promise<EndedDriver> => {
    try {
      const end = await Promise.race([watchPods(), waiting.impatience]);
      if ('exitCode' in end) return end;
      throw await explainTrouble(session, kube, run, end);
    } catch (error) {
      if (session.signal.aborted) throw new SparkDevError('INTERRUPTED', `Run ${run.runId} was interrupted`);
      throw error;
    } finally {
      stop.abort();
    }
  };
  return {
    /** The driver when its container has ended; rejects when the run can no longer succeed or a wait timed out. */
    end: watchToEnd(),
    /** Every executor of the run, sorted: Spark removes them before the driver ends. */
    seen: () => ({ executors: [...executors].sort(), appId }),
    /** After the end, before the pods are removed: resolves when what they leave is in the run's folder. */
    keep: () => kept.end(),
  };
}

/** A failed spark-submit explains itself in its log, which is lost with the pod. */
async function explainTrouble(
  { host, cluster, signal }: NamespaceSession,
  kube: Kube,
  { folder }: RunIdentity,
  trouble: Trouble,
): Promise<SparkDevError> {
  if (trouble.kind !== 'submit') return troubleError(trouble);
  const container = { namespace: cluster.namespace, pod: trouble.pod, container: submitContainer };
  const log = await keepLog({ host, kube, signal }, container, join(folder, 'submit.log'));
  const { why, fix } = explainLog(log.log, trouble.why);
  return troubleError({ ...trouble, why }, { log: log.path, fix });
}

function vanished(pod: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The driver pod ${pod} was removed while it ran`, {
    why: 'A user or a controller deleted it, or its node is gone.',
    fix: ['spark-dev status', 'Run it again'],
    facts: { pod },
  });
}
