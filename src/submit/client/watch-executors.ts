import type { V1Pod } from '@kubernetes/client-node';
import { showRoom } from '../../cluster/room.js';
import type { Host } from '../../ports/host.js';
import type { Kube } from '../../ports/kube.js';
import { viewRun } from '../../spark/outcome.js';

export interface ExecutorWatch {
  /** All that there were, sorted, and whose: Spark removes them before the driver ends. */
  readonly seen: () => { readonly executors: readonly string[]; readonly appId: string | undefined };
}

/** Remembers a run's executors, and says of each new trouble once: the driver only waits for them. */
export function watchExecutors(
  host: Host,
  kube: Kube,
  { namespace, runId, signal }: { readonly namespace: string; readonly runId: string; readonly signal: AbortSignal },
): ExecutorWatch {
  const names = new Set<string>();
  let appId: string | undefined;
  const said = new Set<string>();
  const onChange = (pods: readonly V1Pod[]): void => {
    const { executors, troubles } = viewRun(pods);
    for (const name of executors) names.add(name);
    appId ??= pods.map(({ metadata }) => metadata?.labels?.['spark-app-selector']).find(Boolean);
    for (const trouble of troubles) {
      if (said.has(trouble.what)) continue;
      said.add(trouble.what);
      const asks = trouble.kind === 'unschedulable' ? `It asks for ${showRoom(trouble.asks)}. ` : '';
      host.ui.warn(`${trouble.what}. ${asks}${trouble.why}`);
    }
  };
  const selection = { namespace, labels: `spark-dev/run=${runId}` };
  void kube.watchPods(selection, { onChange, onBroken: () => undefined }, signal).catch(() => undefined);
  return { seen: () => ({ executors: [...names].sort(), appId }) };
}
