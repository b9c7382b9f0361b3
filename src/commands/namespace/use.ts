import { showSteps } from '../../steps/show.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { runAll } from '../../namespaces/apply-namespace.js';
import { planUse } from '../../namespaces/plan-namespace.js';
import { openNamespace } from '../../namespaces/session.js';
import { command } from '../../command.js';

export const namespaceUse = command({
  name: 'namespace use',
  arguments: [{ name: '<name>', description: 'a namespace that spark-dev created' }],
  examples: ['spark-dev namespace use team-a', 'spark-dev namespace use spark'],
  async run(host, input) {
    const name = input.args[0] ?? '';
    const session = await openNamespace(host, input);
    const { cluster } = session;
    const from = cluster.namespace;
    await requireNamespace(session, name);
    if (from === name) return { data: { action: 'nothing', from, to: name }, text: [`Runs already use ${name}`] };
    const step = planUse(cluster, name);
    if (input.global.dryRun) return { data: { action: 'would switch', from, to: name }, text: showSteps([step]) };
    await runAll(session, [step]);
    return {
      data: { action: 'switched', from, to: name },
      text: [`Runs now use namespace ${name} instead of ${from}`],
    };
  },
});
