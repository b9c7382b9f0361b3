import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { describeSharedCluster } from '../../clusters/shared/shared-cluster.js';
import { findSharedContext } from '../../clusters/shared/find-shared-context.js';
import { profileName } from '../../kube/names.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { checkNamespaceName } from '../../namespaces/namespace-name.js';
import { runAll } from '../../namespaces/apply-namespace.js';
import { describeRightsFolder, planRights, writeRightsFolder } from '../../namespaces/plan-rights.js';
import { requirePrepareRights } from '../../namespaces/require-rights.js';
import type { CommandInput, CommandSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';

export const namespacePrepare: CommandSpec = {
  name: 'namespace prepare',
  foreignContexts: true,
  arguments: [{ name: '<name>', description: 'one that is there; it need not be made by spark-dev' }],
  options: [{ flags: '--allow-remote', description: 'with --context: also where its server is not on this machine' }],
  examples: [
    'spark-dev namespace prepare team-a --context shared --allow-remote',
    'spark-dev namespace prepare team-a --context shared --allow-remote --dry-run',
  ],
  async run(host, input) {
    const { args, global, signal } = input;
    const name = args[0] ?? '';
    checkNamespaceName(name);
    const cluster = await findCluster(host, input, name);
    const folder = await describeRightsFolder(host.directories, name);
    const step = planRights(cluster, folder);
    const session = { host, cluster, signal };
    await requirePrepareRights(session);
    if (global.dryRun) {
      const { files } = folder;
      return { data: { action: 'would prepare', name, files, commands: step.commands }, text: showSteps([step]) };
    }
    await writeRightsFolder(folder);
    await runAll(host, cluster, [step], signal);
    return {
      data: { action: 'prepared', name, context: cluster.context, serviceAccount: cluster.serviceAccount },
      text: [`${name} is prepared: who has Kubernetes' role edit there can run in it`],
    };
  },
};

async function findCluster(
  host: Host,
  { options, global, signal }: CommandInput,
  name: string,
): Promise<PreparedCluster> {
  if (global.context === undefined || global.context === profileName)
    return requirePreparedCluster(host, { signal, namespace: name });
  const allowRemote = options['allowRemote'] === true;
  const context = await findSharedContext(host, { context: global.context, allowRemote, signal });
  return describeSharedCluster(host, { context, namespace: name, sparkImage: '', registry: undefined, signal });
}
