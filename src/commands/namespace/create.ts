import { showSteps } from '../../steps/show.js';
import { command } from '../../command.js';
import { observeNamespace } from '../../namespaces/observe-namespace.js';
import { refuseUnusable, checkNamespaceName } from '../../namespaces/require-namespace.js';
import { runAll, writeFolder } from '../../namespaces/apply-namespace.js';
import { describeFolder, planCreation } from '../../namespaces/plan-namespace.js';
import { openNamespace } from '../../namespaces/session.js';

export const namespaceCreate = command({
  name: 'namespace create',
  arguments: [{ name: '<name>', description: 'up to 63 lower-case letters, digits and dashes' }],
  examples: ['spark-dev namespace create team-a', 'spark-dev namespace create team-a --dry-run'],
  async run(host, input) {
    const name = input.args[0] ?? '';
    checkNamespaceName(name);
    const session = await openNamespace(host, input);
    const { cluster } = session;
    const seen = await observeNamespace(session, name);
    if (seen !== undefined) await refuseUnusable(session, seen);
    const folder = await describeFolder(host.directories, name, cluster);
    const step = planCreation(cluster, folder, seen !== undefined);
    if (input.global.dryRun) {
      const files = { [`${folder.folder}/kustomization.yaml`]: folder.files['kustomization.yaml'] };
      return { data: { action: 'would create', name, files, commands: step.commands }, text: showSteps([step]) };
    }
    await writeFolder(folder);
    await runAll(session, [step]);
    const action = seen === undefined ? 'created' : 'renewed';
    return {
      data: { action, name, serviceAccount: cluster.serviceAccount },
      text: [`${name} is ${action}. To use it for runs: spark-dev namespace use ${name}`],
    };
  },
});
