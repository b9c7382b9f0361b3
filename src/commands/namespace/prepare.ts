import { showSteps } from '../../steps/show.js';
import { findSharedContext } from '../../clusters/shared/find-shared-context.js';
import { profileName } from '../../kube/names.js';
import { runAll, writeFolder } from '../../namespaces/apply-namespace.js';
import { requirePrepareRights } from '../../namespaces/require-rights.js';
import { openNamespace, type NamespaceSession } from '../../namespaces/session.js';
import { command, type CommandInput, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { describeSharedCluster } from '../../clusters/shared/access.js';
import { checkNamespaceName } from '../../namespaces/require-namespace.js';
import { describeRightsFolder, planRights } from '../../namespaces/plan-namespace.js';

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
    const name = input.args[0] ?? '';
    checkNamespaceName(name);
    const session = await reachCluster(host, input, name);
    const { cluster } = session;
    const folder = await describeRightsFolder(host.directories, name);
    const step = planRights(cluster, folder);
    await requirePrepareRights(session);
    if (input.global.dryRun) {
      const { files } = folder;
      return { data: { action: 'would prepare', name, files, commands: step.commands }, text: showSteps([step]) };
    }
    await writeFolder(folder);
    await runAll(session, [step]);
    return {
      data: { action: 'prepared', name, context: cluster.context, serviceAccount: cluster.serviceAccount },
      text: [`${name} is prepared: anyone with the Kubernetes role edit there can run jobs in it`],
    };
  },
});

async function reachCluster(host: Host, input: Input, name: string): Promise<NamespaceSession> {
  const { options, global, signal } = input;
  if (global.context === undefined || global.context === profileName) return openNamespace(host, input, name);
  const allowRemote = options.allowRemote === true;
  const context = await findSharedContext(host, { context: global.context, allowRemote, signal });
  const request = { context, namespace: name, sparkImage: '', registry: undefined, signal };
  return { host, signal, cluster: await describeSharedCluster(host, request) };
}
