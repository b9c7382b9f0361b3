import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { command } from '../../command.js';
import { listContents } from '../../namespaces/contents.js';
import { explainStuck } from '../../namespaces/explain-stuck.js';
import { checkNamespaceName } from '../../namespaces/namespace-name.js';
import { observeNamespace } from '../../namespaces/observe-namespace.js';
import { foreign } from '../../namespaces/require-namespace.js';
import { runAll } from '../../namespaces/apply-namespace.js';
import { describeFolder, planCreation, writeFolder } from '../../namespaces/plan-namespace.js';

export const namespaceCreate = command({
  name: 'namespace create',
  arguments: [{ name: '<name>', description: 'up to 63 lower-case letters, digits and dashes' }],
  examples: ['spark-dev namespace create team-a', 'spark-dev namespace create team-a --dry-run'],
  async run(host, { args, global, signal }) {
    const name = args[0] ?? '';
    checkNamespaceName(name);
    const { provider } = await loadSettings(host, global);
    const cluster = await requirePreparedCluster(host, { provider, signal });
    const session = { host, cluster, signal };
    const seen = await observeNamespace(session, name);
    if (seen?.ours === false) throw foreign(name);
    if (seen?.isTerminating === true) throw explainStuck(cluster, seen, await listContents(session, name));
    const folder = describeFolder(host.directories, name, cluster);
    const step = planCreation(cluster, folder, seen !== undefined);
    if (global.dryRun) {
      const files = { [`${folder.folder}/kustomization.yaml`]: folder.kustomization };
      return { data: { action: 'would create', name, files, commands: step.commands }, text: showSteps([step]) };
    }
    await writeFolder(folder);
    await runAll(host, cluster, [step], signal);
    const action = seen === undefined ? 'created' : 'renewed';
    return {
      data: { action, name, serviceAccount: cluster.serviceAccount },
      text: [`${name} is ${action}. To use it for runs: spark-dev namespace use ${name}`],
    };
  },
});
