import type { V1Pod } from '@kubernetes/client-node';
import type { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Kube } from '../../../ports/kube.js';
import { viewRun } from '../../../spark/outcome.js';
import { observeSchedulingShortage } from '../../waiting/scheduling-shortage.js';
import { startWaiting } from '../../waiting/start-waiting.js';
import { openPods } from '../../../kube/pods.js';
import { troubleError } from '../../waiting/trouble-error.js';
import { runSelector, sparkAppLabel } from '../../../kube/labels.js';

export interface ExecutorWatch {
  /** All that there were, sorted, and whose: Spark removes them before the driver ends. */
  readonly seen: () => { readonly executors: readonly string[]; readonly appId: string | undefined };
  /** Aborted when no executor will come; the driver itself would wait for them for ever. */
  readonly hopeless: AbortSignal;
  readonly why: () => SparkDevError | undefined;
}

/** Remembers a run's executors, and gives up where a driver in a pod of its own would be given up. */
export function watchExecutors(
  { host, cluster, signal }: NamespaceSession,
  kube: Kube,
  { runId, pod }: { readonly runId: string; readonly pod: string },
): ExecutorWatch {
  const names = new Set<string>();
  let appId: string | undefined;
  let error: SparkDevError | undefined;
  const hopeless = new AbortController();
  const ours = AbortSignal.any([signal, hopeless.signal]);
  const giveUp = (why: SparkDevError): void => {
    error ??= why;
    hopeless.abort();
  };
  const waiting = startWaiting(
    host,
    (trouble, within) => observeSchedulingShortage(host, cluster, trouble, within),
    ours,
  );
  const look = (pods: readonly V1Pod[]): void => {
    const seen = viewRun(pods);
    for (const name of seen.executors) names.add(name);
    appId ??= pods.map(({ metadata }) => metadata?.labels?.[sparkAppLabel]).find(Boolean);
    // the driver runs, though no pod of this run holds it
    waiting.see({ ...seen, driver: { pod, appId, state: 'running' } });
    const fatal = seen.troubles.find(({ kind }) => kind !== 'unschedulable');
    if (fatal !== undefined) giveUp(troubleError(fatal));
  };
  look([]);
  const selection = { namespace: cluster.namespace, labels: runSelector(runId) };
  // a broken connection ends kubectl, in which the driver's lines come
  openPods(host, kube, selection, { signal: ours, onChange: look });
  waiting.onImpatience(giveUp);
  return { seen: () => ({ executors: [...names].sort(), appId }), hopeless: hopeless.signal, why: () => error };
}
