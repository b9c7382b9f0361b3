import { listContexts, type ListedContext } from '../../cluster/contexts/list-contexts.js';
import { showTable } from '../../cluster/show-table.js';
import type { CommandSpec } from '../../ports/command.js';

export const clusterList: CommandSpec = {
  name: 'cluster list',
  examples: ['spark-dev cluster list', 'spark-dev cluster list --json'],
  async run(host, input) {
    const { contexts, current, passedOver } = await listContexts(host, input.signal);
    const rows = contexts.map((one) => [
      one.current ? '*' : ' ',
      one.name,
      one.ours ? `${one.provider}, ours` : one.provider,
      one.place,
      one.server,
      one.why,
    ]);
    return {
      data: { current, contexts, passedOver },
      text: [
        ...showTable([' ', 'CONTEXT', 'MADE BY', 'PLACE', 'SERVER', 'BECAUSE IT IS'], rows),
        ...passedOver.map(({ path, why }) => `left out: ${path}: ${why}`),
        showCurrent(current, contexts),
      ],
    };
  },
};

function showCurrent(current: string | undefined, contexts: readonly ListedContext[]): string {
  if (current === undefined) return 'kubectl has no current context';
  const found = contexts.find((one) => one.current);
  if (found === undefined) return `kubectl's current context ${current} is nowhere`;
  return `kubectl works on ${current}, which is ${found.ours ? 'ours' : found.place}; spark-dev on its own cluster alone`;
}
