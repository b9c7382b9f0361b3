import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { listContexts, type ListedContext, unknownContext } from '../../kube/contexts/list-contexts.js';
import { readContexts } from '../../kube/contexts/read-contexts.js';
import { profileName } from '../../kube/names.js';

export interface ContextRequest {
  readonly context: string;
  /** The user allows a cluster on another machine. */
  readonly allowRemote: boolean;
  readonly signal: AbortSignal;
}

/**
 * The named context from the user's kubeconfig, unchanged. A server on another machine needs --allow-remote too: a mistyped
 * name must not reach production.
 */
export async function findSharedContext(host: Host, request: ContextRequest): Promise<ListedContext> {
  const { contexts } = await readContexts(host);
  // an unknown name needs no further look-up
  if (!request.allowRemote && !contexts.some(({ name }) => name === request.context)) throw refused(request.context);
  const list = await listContexts(host, request.signal);
  const found = list.contexts.find(({ name }) => name === request.context);
  if (found === undefined) throw unknownContext(list, request.context);
  if (found.place !== 'local' && !request.allowRemote) throw refused(request.context, found);
  host.ui.say(`On ${found.server} (context ${found.name} of ${found.file}; ${found.place}: ${found.why})`);
  return found;
}

function refused(name: string, found?: ListedContext): SparkDevError {
  const shown = JSON.stringify(name.slice(0, 200));
  const why =
    found === undefined
      ? 'It is in none of your kubeconfigs.'
      : `Its server in ${found.file} is ${found.server === '' ? 'empty' : found.server}, which is not known to be on this machine: ${found.why}.`;
  return new SparkDevError('CONTEXT_REFUSED', `Refused to use the context ${shown}`, {
    why,
    fix: [
      `Leave out --context and SPARK_DEV_CONTEXT: spark-dev then uses its own cluster, ${profileName}`,
      ...(found === undefined ? ['spark-dev cluster list'] : ['If you mean that cluster: --allow-remote']),
    ],
    facts: { context: name, file: found?.file ?? null, server: found?.server ?? null, place: found?.place ?? null },
  });
}
