import { listContexts, type ListedContext } from '../../kube/contexts/list-contexts.js';
import { profileName } from '../../kube/names.js';
import { findPreparedCluster } from '../../clusters/providers.js';
import { loadSettings } from '../../config/load-settings.js';
import { command } from '../../command.js';
import { showTable } from '../../text/words.js';

export const clusterList = command({
  name: 'cluster list',
  makesNoFolders: true,
  examples: ['spark-dev cluster list', 'spark-dev cluster list --json'],
  async run(host, input) {
    const { contexts, current, passedOver } = await listContexts(host, input.signal);
    const { provider } = await loadSettings(host, input.global);
    const prepared = await findPreparedCluster(host, { provider, signal: input.signal });
    const used = 'found' in prepared ? prepared.found.context : undefined;
    const rows = contexts.map((one) => [
      one.current ? '*' : ' ',
      one.name,
      `${one.provider}${one.ours ? ', spark-dev' : one.name === used ? ', prepared' : ''}`,
      one.place,
      one.server,
      one.why,
    ]);
    return {
      data: { current, contexts, passedOver, used: used ?? null },
      text: [
        ...showTable([' ', 'CONTEXT', 'MADE BY', 'PLACE', 'SERVER', 'REASON'], rows),
        ...passedOver.map(({ path, why }) => `skipped: ${path}: ${why}`),
        showCurrent(current, contexts, used),
      ],
    };
  },
});

function showCurrent(
  current: string | undefined,
  contexts: readonly ListedContext[],
  used: string | undefined,
): string {
  if (current === undefined) return 'kubectl has no current context';
  const found = contexts.find((one) => one.current);
  if (found === undefined) return `kubectl's current context ${current} does not exist`;
  const own = used === undefined || found.ours || used === profileName ? 'its own cluster' : used;
  return `kubectl uses ${current} (${found.ours ? 'made by spark-dev' : found.place}); spark-dev always uses ${own}`;
}
