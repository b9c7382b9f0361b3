import { requirePreparedCluster } from '../../cluster/require-prepared.js';
import { showTable } from '../../cluster/show-table.js';
import { describeContents, listContents } from '../../namespaces/contents.js';
import { listNamespaces } from '../../namespaces/observe-namespace.js';
import type { CommandSpec } from '../../ports/command.js';

export const namespaceList: CommandSpec = {
  name: 'namespace list',
  makesNoFolders: true,
  examples: ['spark-dev namespace list', 'spark-dev namespace list --json'],
  async run(host, { signal }) {
    const cluster = await requirePreparedCluster(host, { signal });
    const reach = { host, cluster, signal };
    const seen = await listNamespaces(reach);
    const namespaces = await Promise.all(
      seen.map(async ({ name, isTerminating, obstacles }) => ({
        name,
        inUse: name === cluster.namespace,
        state: isTerminating ? 'being deleted' : 'ready',
        obstacles,
        holds: describeContents(await listContents(reach, name)),
      })),
    );
    const rows = namespaces.map(({ name, inUse, state, holds }) => [inUse ? '*' : ' ', name, state, holds.join(', ')]);
    return {
      data: { inUse: cluster.namespace, namespaces },
      text: [...showTable([' ', 'NAMESPACE', 'STATE', 'HOLDS'], rows), `Runs go into ${cluster.namespace}`],
    };
  },
};
