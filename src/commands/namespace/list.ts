import { listNamespaces, describeContents, listContents } from '../../namespaces/observe-namespace.js';
import { openNamespace } from '../../namespaces/session.js';
import { command } from '../../command.js';
import { showTable } from '../../text/words.js';

export const namespaceList = command({
  name: 'namespace list',
  makesNoFolders: true,
  examples: ['spark-dev namespace list', 'spark-dev namespace list --json'],
  async run(host, input) {
    const session = await openNamespace(host, input);
    const { cluster } = session;
    const seen = await listNamespaces(session);
    const namespaces = await Promise.all(
      seen.map(async ({ name, isTerminating, obstacles }) => ({
        name,
        inUse: name === cluster.namespace,
        state: isTerminating ? 'being deleted' : 'ready',
        obstacles,
        holds: describeContents(await listContents(session, name)),
      })),
    );
    const rows = namespaces.map(({ name, inUse, state, holds }) => [inUse ? '*' : ' ', name, state, holds.join(', ')]);
    return {
      data: { inUse: cluster.namespace, namespaces },
      text: [...showTable([' ', 'NAMESPACE', 'STATE', 'CONTENTS'], rows), `Runs use namespace ${cluster.namespace}`],
    };
  },
});
