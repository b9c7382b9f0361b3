import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { findSharedContext } from '../../clusters/shared/find-shared-context.js';
import { profileName } from '../../kube/names.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { checkNamespaceName } from '../../namespaces/namespace-name.js';
import { runAll } from '../../namespaces/apply-namespace.js';
import { describeRightsFolder, planRights, writeRightsFolder } from '../../namespaces/plan-rights.js';
import { requirePrepareRights } from '../../namespaces/require-rights.js';
import { command, type CommandInput, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { describeSharedCluster } from '../../clusters/shared/access.js';

const options = [
  { flags: '--allow-remote', description: 'with --context: allow a server on another machine' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const namespacePrepare = command({
  name: 'namespace prepare',
  foreignContexts: true,
  arguments: [{ name: '<name>', description: 'an existing namespace; spark-dev need not have created it' }],
  options,
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
      text: [`${name} is prepared: anyone with the Kubernetes role edit there can run jobs in it`],
    };
  },
});

async function findCluster(host: Host, { options, global, signal }: Input, name: string): Promise<PreparedCluster> {
  if (global.context === undefined || global.context === profileName) {
    const { provider } = await loadSettings(host, global);
    return requirePreparedCluster(host, { provider, namespace: name, signal });
  }
  const allowRemote = options.allowRemote === true;
  const context = await findSharedContext(host, { context: global.context, allowRemote, signal });
  return describeSharedCluster(host, { context, namespace: name, sparkImage: '', registry: undefined, signal });
}
