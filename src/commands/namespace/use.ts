import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { runAll } from '../../namespaces/apply-namespace.js';
import { planUse } from '../../namespaces/plan-namespace.js';
import { command } from '../../command.js';

export const namespaceUse = command({
  name: 'namespace use',
  arguments: [{ name: '<name>', description: 'a namespace that spark-dev created' }],
  examples: ['spark-dev namespace use team-a', 'spark-dev namespace use spark'],
  async run(host, { args, global, signal }) {
    const name = args[0] ?? '';
    const { provider } = await loadSettings(host, global);
    const cluster = await requirePreparedCluster(host, { provider, signal });
    const from = cluster.namespace;
    await requireNamespace({ host, cluster, signal }, name);
    if (from === name) return { data: { action: 'nothing', from, to: name }, text: [`Runs already use ${name}`] };
    const step = planUse(cluster, name);
    if (global.dryRun) return { data: { action: 'would switch', from, to: name }, text: showSteps([step]) };
    await runAll(host, cluster, [step], signal);
    return {
      data: { action: 'switched', from, to: name },
      text: [`Runs now use namespace ${name} instead of ${from}`],
    };
  },
});
