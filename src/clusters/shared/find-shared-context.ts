import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { listContexts, type ListedContext } from '../../kube/contexts/list-contexts.js';
import { readContexts } from '../../kube/contexts/read-contexts.js';
import { unknownContext } from '../../kube/contexts/switch-context.js';
import { profileName } from '../../kube/names.js';

export interface ContextRequest {
  readonly context: string;
  /** The person said that it may be somebody else's machine. */
  readonly allowRemote: boolean;
  readonly signal: AbortSignal;
}

/**
 * The context of the user's kubeconfig that was named, as it stands there. Where its server is not on this machine it must be
 * allowed too: a name alone has cost others their production.
 */
export async function findSharedContext(host: Host, request: ContextRequest): Promise<ListedContext> {
  const { contexts } = await readContexts(host);
  // nothing is asked of anybody for a name that is nowhere
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
      ? 'None of your kubeconfigs has it.'
      : `${found.file} leads to ${found.server === '' ? 'no server' : found.server}, which is not known to be on this machine: ${found.why}.`;
  return new SparkDevError('CONTEXT_REFUSED', `Nothing is done on the context ${shown}`, {
    why,
    fix: [
      `Leave out --context and SPARK_DEV_CONTEXT: spark-dev then works on its own cluster, ${profileName}`,
      ...(found === undefined ? ['spark-dev cluster list'] : ['If you mean that cluster: --allow-remote']),
    ],
    facts: { context: name, file: found?.file ?? null, server: found?.server ?? null, place: found?.place ?? null },
  });
}
